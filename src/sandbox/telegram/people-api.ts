import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { createPeopleChats } from './people-chats';
import { faultSchema } from './faults';
import { refusePerson, requireBot, requirePerson } from './people-error';
import { announceStars, botBalance, withdraw } from './stars';
import type { BotRow, PersonRow } from './state';
import { botName } from './views';
import { webAppPublicKey } from './web-app';
import type { World } from './world';

type ByLanguage = Record<string, unknown>;

/** Commands of one scope by language; the default language is called "default". */
function commandsIn(world: World, bot: BotRow, wanted: string): ByLanguage {
  const found: ByLanguage = {};
  for (const [key, commands] of world.state.commands.entries()) {
    const [owner, scope, language = ''] = key.split('|');
    if (owner !== String(bot.id) || scope !== wanted) continue;
    found[language === '' ? 'default' : language] = commands;
  }
  return found;
}

/** Commands of a bot by language for everybody, and by person where a chat has its own. */
function commandsOf(world: World, bot: BotRow): object {
  const perChat: Record<string, ByLanguage> = {};
  for (const { id } of world.state.people.values()) {
    const own = commandsIn(world, bot, `chat:${id}`);
    if (Object.keys(own).length > 0) perChat[id] = own;
  }
  // Commands for all private chats win over the default ones.
  const wide = {
    ...commandsIn(world, bot, 'default'),
    ...commandsIn(world, bot, 'all_private_chats'),
  };
  return { default: [], ...wide, perChat };
}

function shownBot(world: World, bot: BotRow): object {
  return {
    id: bot.id,
    name: botName(bot),
    username: bot.username,
    description: bot.texts['']?.description ?? '',
    commands: commandsOf(world, bot),
    menuButton: world.state.menuButtons.get(`${bot.id}:default`) ?? { type: 'commands' },
  };
}

function openEvents(world: World, request: Request, response: Response): void {
  const person = requirePerson(world, request.params['id']);
  response.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.write('retry: 1000\n\n');
  const stop = world.hub.listen(person.id, (name, data) => {
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const beat = setInterval(() => response.write(': still here\n\n'), 15_000).unref();
  response.on('close', () => {
    clearInterval(beat);
    stop();
  });
}

const newPerson = z.object({
  firstName: z.string().min(1).max(64),
  lastName: z.string().min(1).max(64).optional(),
  username: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{3,31}$/)
    .optional(),
  languageCode: z.string().regex(/^[a-z]{2}(-[A-Za-z]{2,8})?$/),
  stars: z.number().int().min(0).max(1_000_000_000).default(0),
});

const firstNewPersonId = 910_000;

function createPerson(world: World, body: unknown): PersonRow {
  const { firstName, languageCode, stars, lastName, username } = newPerson.parse(body);
  return world.state.transact(() => {
    const person: PersonRow = {
      id: firstNewPersonId + world.state.next('person'),
      firstName,
      ...(lastName === undefined ? {} : { lastName }),
      ...(username === undefined ? {} : { username }),
      languageCode,
      stars,
      isAdmin: false,
      blocked: [],
    };
    world.state.people.set(person.id, person);
    return person;
  });
}

function addStars(world: World, id: unknown, body: unknown): object {
  const { add } = z.object({ add: z.number().int() }).parse(body);
  const person = requirePerson(world, id);
  const stars = Math.max(0, person.stars + add);
  world.state.people.set(person.id, { ...person, stars });
  announceStars(world, person.id);
  return { stars };
}

function withdrawStars({ state }: World, { id }: BotRow, body: unknown): object {
  const { stars } = z.object({ stars: z.number().int().positive() }).parse(body);
  if (!withdraw(state, id, stars)) throw refusePerson(409, 'The bot has not earned as many Stars');
  return { amount: botBalance(state, id) };
}

function testRoutes(world: World, router: Router): void {
  router.post('/faults', (request, response) => {
    const body: unknown = request.body;
    world.faults.add(z.array(faultSchema).parse(Array.isArray(body) ? body : [body]));
    response.json({ faults: world.faults.list() });
  });
  router.get('/faults', (_request, response) => {
    response.json({ faults: world.faults.list() });
  });
  router.delete('/faults', (_request, response) => {
    world.faults.clear();
    response.json({ faults: [] });
  });
  router.get('/calls', (request, response) => {
    const method = request.query['method'];
    response.json({ calls: world.calls.list(typeof method === 'string' ? method : undefined) });
  });
  router.get('/updates', (_request, response) => {
    const updates = [...world.state.bots.values()].flatMap(({ id }) =>
      [...world.state.updates(id).values()].map((row) => ({ botId: id, ...row })),
    );
    response.json({ updates });
  });
}

/** The side that people see: who they are, what they do, what they hear. See also people-chats. */
export function createPeopleApi(world: World): Router {
  const router = express.Router();
  router.use(express.json({ limit: '1mb' }));
  router.get('/people', (_request, response) => {
    response.json({
      people: [...world.state.people.values()],
      bots: [...world.state.bots.values()].map((bot) => shownBot(world, bot)),
      webAppPublicKey,
    });
  });
  router.post('/people', (request, response) => {
    response.status(201).json(createPerson(world, request.body));
  });
  router.post('/people/:id/stars', (request, response) => {
    response.json(addStars(world, request.params.id, request.body));
  });
  router.post('/withdrawals/:id', (request, response) => {
    response.json(withdrawStars(world, requireBot(world, request.params.id), request.body));
  });
  router.get('/people/:id/events', (request, response) => openEvents(world, request, response));
  router.use('/people/:id/chats/:botId', createPeopleChats(world));
  router.get('/files/:uniqueId', (request, response) => {
    const file = world.state.files.get(request.params.uniqueId);
    if (!file) throw refusePerson(404, 'No such file');
    // Files never change: their name is their content.
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      // A document may be a web page: it must not run in the name of the chat page.
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
    });
    response.type(file.mime);
    response.sendFile(world.files.pathOf(file.uniqueId), { dotfiles: 'allow' });
  });
  testRoutes(world, router);
  return router;
}
