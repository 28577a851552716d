/** Every door of the bot, and what people, admins and broken clients may put through it. */
import { Writable } from 'node:stream';
import type { Update } from 'telegraf/types';
import { createLogger } from '../../src/observability/logger';
import { adminCommands } from '../../src/telegram/commands';
import { createTexts } from '../../src/texts/texts';
import { olga, Stage, starsMethod } from './stage';

const lines: string[] = [];
const destination = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    lines.push(chunk.toString());
    done();
  },
});
const card = {
  id: 'card',
  currencies: ['RUB', 'USD'],
  invoiceMs: 1000,
  wantsEmail: false,
} as const;

let stage: Stage;
beforeAll(async () => {
  const logger = createLogger('info', { secrets: [], destination });
  stage = await Stage.open({ logger, methods: [starsMethod, card] });
  const { settings } = stage.deps;
  const limits = { ...settings.limits, requestsPerMinute: 1_000_000 };
  stage.restart({ settings: { ...settings, limits } });
  await stage.text(olga, '/start');
});
afterAll(() => stage.close());

const huge = 'x '.repeat(500_000);
const words = [
  '0',
  '-1',
  '1.5',
  '1e309',
  '9'.repeat(400),
  '👩‍👩‍👧‍👦',
  '\u202eevil\u202c',
  'a\u0000b',
  '\ud800',
  "';DROP",
  '<script>alert(1)</script>',
  '__proto__',
  '../../{}',
  '{{x}}',
];
const sentences = ['', ...words, "'; DROP TABLE people; --", '-1 -1 -1 -1', 'new x y z', huge];

const ordinary = /^\{"level":"info"|"msg":"An update has a form nobody documents"/;

/** What is wrong with how an update was handled, in words; nothing when all is well. */
async function oddities(update: Update, { isAnswered = true } = {}): Promise<string[]> {
  lines.length = 0;
  const { said, notices } = stage.telegram;
  said.length = 0;
  notices.length = 0;
  const outcome = await stage.handle(update).catch((error: unknown) => String(error));
  const isSilent = isAnswered && said.length === 0 && notices.length === 0;
  const texts = [...said.map(({ text }) => text), ...notices.map((notice) => notice ?? '')];
  return [
    ...(outcome === 'done' ? [] : [outcome]),
    ...(isSilent ? ['nobody answered'] : []),
    ...texts.filter((text) => text.length > 4096).map(({ length }) => `${length} characters`),
    ...texts.filter((text) => /<script|undefined|\[object|prisma|\n +at /i.test(text)),
    ...lines.filter((line) => !ordinary.test(line)),
  ].map((odd) => odd.slice(0, 300));
}

async function expectNothingOdd(
  tries: readonly (readonly [name: string, update: Update])[],
  options = {},
) {
  const found: Record<string, string[]> = {};
  for (const [name, update] of tries) {
    const odd = await oddities(update, options);
    if (odd.length > 0) found[name.slice(0, 80)] = odd;
  }
  expect(found).toEqual({});
}

const said = (text: string) => stage.messageUpdate(olga, { text });

const commands = adminCommands(createTexts()('en')).map(({ command }) => command);

test.each([...commands, 'nonsense', ''])('/%s takes anything after it', async (command) => {
  await expectNothingOdd(
    sentences.map((text) => [JSON.stringify(text), said(`/${command} ${text}`)]),
  );
});

const wellFormed = [
  'start ref_abc',
  'refund p1-abc 5 force because',
  'refund g1-abc all because',
  'addtokens 900009 5 because',
  'ban 900002 because',
  'unban 900002 because',
  'userinfo 900009',
  'promo CODE',
  'promo new CODE off 10 max=5 each=1 until=2030-01-31 because',
  'promo off CODE because',
  'packs set card RUB 100 249.00 because',
  'packs custom card RUB 50 5000 because',
  'packs off card RUB 100 because',
  'models off draw because',
  'models price draw 5 because',
  'models add copy draw copy 5 Copy | Копия | because',
  'ab start test draw draw=70 film=30 because',
  'ab stop test because',
  'ab test',
  'providers pause sandbox because',
  'providers budget sandbox 20 300 because',
  'providers places sandbox 5 because',
  'card confirm P1-ABC 2.49 TR-1',
  'card reject P1-ABC because',
  'card say P1-ABC because',
  'byhand p1-abc:r1 done because',
];

test.each(wellFormed)('/%s takes nonsense in the place of each word', async (command) => {
  const parts = command.split(' ');
  const spoilt = parts.slice(1).flatMap((_, place) =>
    words.map((word) => {
      const text = `/${parts.with(place + 1, word).join(' ')}`;
      return [text, said(text)] as const;
    }),
  );
  await expectNothingOdd(spoilt);
});

test('words without a command', async () => {
  await expectNothingOdd(sentences.slice(1).map((text) => [text, said(text)]));
});

test.each([
  ['promo', {}],
  ['promo', { of: 5 }],
  ['amount', {}],
  ['amount', { shelf: 'stars.XTR' }],
  ['amount', { shelf: '\u202e..' }],
  ['email', { wish: 'card.USD.9999999999999' }],
  ['receipt', { paymentId: 'p1' }],
  ['card', { verb: 'confirm', reference: 'P1' }],
  ['card', { verb: 5 }],
  ['held', { held: 'x', decision: 'credit' }],
  ['nobody knows this', 5],
] as const)('an answer to the question %s %j', async (kind, data) => {
  const personId = await stage.personId(olga);
  for (const text of ['a@b', '5', '9'.repeat(12), ...sentences.slice(1)]) {
    await stage.deps.questions.ask(personId, { kind, data, askedAt: new Date() });
    await expectNothingOdd([[text, said(text)]]);
  }
});

const actions = [
  ...['create:image', 'model:draw', 'choose:quality.high', 'option:quality', 'template:drone'],
  ...['confirm:g1', 'gen:cancel:g1', 'gen:again:g1', 'gen:vary:g1', 'gen:use:g1', 'gen:report:g1'],
  ...['history:show:g1', 'history:page:g1', 'buy:method:card', 'buy:offer:card.USD.100'],
  ...['buy:custom:card.USD', 'pay:check:p1', 'appeal:5', 'appeal:lift:5', 'held:0123456789abcdef'],
  ...['held:credit:0123456789abcdef', 'buy:pack:25', 'lang:en', 'card:P1', 'card:confirm:P1'],
  ...['photo:more', 'photo:done', 'settings', 'restyle', 'draft:cancel', 'desk:cancel', 'as:video'],
];

test('buttons that name what is not there, or no longer', async () => {
  const { messageId } = stage.telegram.last();
  await expectNothingOdd(
    actions.flatMap((action) => {
      const pressed = [action, action.replace(/[^:]*$/, '9999999999999')];
      return [...pressed, ...words.map((word) => `${action}${word}`)].map(
        (data) => [data, stage.pressDataUpdate(olga, `e1:${data}`, messageId)] as const,
      );
    }),
  );
});

test('buttons with data nobody wrote', async () => {
  const data = ['', 'e1', 'e1:', 'e0:menu', 'e2:menu', 'e1:constructor', huge, ...words];
  await expectNothingOdd(
    data.map((each) => [each, stage.pressDataUpdate(olga, each, 1n)] as const),
  );
});

test('messages that are not whole', async () => {
  const picture = { file_id: '\u0000', file_unique_id: 'x', width: -1, height: 1.5 };
  await expectNothingOdd(
    [
      { photo: [] },
      { photo: [picture], caption: huge },
      { document: {} },
      { text: '' },
      { text: '   ' },
      { caption: 'a caption of nothing' },
      {},
    ].map((content) => [JSON.stringify(content), stage.messageUpdate(olga, content)] as const),
  );
});

test('people with odd names', async () => {
  const names = ['', 'a\u0000b', '\ud800', '<script>', '\u202e', huge];
  const hello = (name: string) => stage.messageUpdate({ ...olga, name }, { text: '/start' });
  await expectNothingOdd(names.map((name) => [name, hello(name)] as const));
});

test('payments that name what is not there', async () => {
  const asked = ['', 'a\u0000b', "'; --", 'x'.repeat(4000), 'p1'].flatMap((payload) =>
    [0, -1, 2 ** 53 - 1].map(
      (stars) => [`${payload} ${stars}`, stage.checkoutUpdate(olga, { payload, stars })] as const,
    ),
  );
  await expectNothingOdd(asked, { isAnswered: false });
  expect(stage.telegram.checkouts).toHaveLength(asked.length);
  expect(stage.telegram.checkouts.filter(({ ok }) => ok)).toEqual([]);
});

test('updates of a form nobody documents', async () => {
  const forms = [
    ...[{}, { message: 5 }, { message: null }, { message: {} }, { callback_query: 'x' }],
    ...[{ message: { from: {}, chat: {} } }, { callback_query: { from: null } }],
    ...[{ pre_checkout_query: {} }, { my_chat_member: {} }, { edited_message: { text: 5 } }],
    ...[{ message: { from: { id: 1.5 }, chat: { id: 'x', type: 'private' }, text: 'hello' } }],
    ...[{ message: { from: { id: 2e300 }, chat: { id: 1, type: 'private' }, text: {} } }],
  ];
  const updates = forms.map(
    (form) => [JSON.stringify(form), { update_id: stage.nextId(), ...form } as never] as const,
  );
  await expectNothingOdd(updates, { isAnswered: false });
});

test('money is not passed over although nobody can read who sent it', async () => {
  const message = { from: { id: 1.5 }, chat: { id: 1, type: 'private' }, successful_payment: {} };
  const update = { update_id: stage.nextId(), message } as never;
  await expect(stage.handle(update)).rejects.toThrow('no number');
});

test('afterwards the bot works as before', async () => {
  await stage.text(olga, '/balance');
  expect(stage.telegram.last().text).toContain('tokens');
});
