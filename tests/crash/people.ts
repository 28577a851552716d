/** People who order, cancel, buy, pay and are refunded while everything around them dies. */
import { pause } from '../../src/local/waiting';
import {
  ask,
  findButton,
  found,
  lastId,
  newButton,
  personAt,
  query,
  type Person,
  type Pressable,
} from './chat';
import type { Deeds, Nature } from './nature';
import { complain } from './office';
import { buyOutside } from './shoppers';
import { adminId, type Town } from './town';

/** A claim of a killed bot lapses after half a minute. */
const ordersPatienceMs = 120_000;
const confirm = 'e1:confirm:';
/** The other payment systems take their time to become quiet: by command only. */
const buysOutside = process.env['EASEL_CRASH_MINUTES'] !== undefined;

export async function meetPeople(town: Town, count: number): Promise<readonly Person[]> {
  const people: Person[] = [];
  for (let number = 1; number <= count; number += 1) {
    const wish = {
      firstName: `P${number}`,
      languageCode: number % 2 ? 'en' : 'ru',
      stars: 100_000,
    };
    const { id } = (await ask(`${town.telegramUrl}/people`, wish)) as { id: number };
    people.push(personAt(town, id));
  }
  // The admin talks to the bot once, to be told of refunds.
  await personAt(town, adminId).post('start', {});
  for (const person of people) await person.post('start', {});
  return people;
}

/** Lives on until `until()` is true. Whatever fails because something is dead is tried later. */
export async function live(
  town: Town,
  person: Person,
  how: Nature & { readonly until: () => boolean },
): Promise<void> {
  const { chance, until } = how;
  while (!until()) {
    const mood = chance.next();
    await deedOf(mood)(town, person, how).catch(() => undefined);
    await pause(chance.between(50, 800));
  }
}

type Deed = (town: Town, person: Person, how: Nature) => Promise<void>;

function deedOf(mood: number): Deed {
  if (mood < 0.35) return order;
  if (mood < 0.5) return buy;
  return mood < 0.8 && buysOutside ? buyOutside : complain;
}

async function order(town: Town, person: Person, { chance, deeds }: Nature): Promise<void> {
  const fate = chance.pick(['', '', '', '', ' sandbox:fail', ' sandbox:refuse', ' sandbox:lose']);
  const isRegretted = chance.is(0.25);
  const seen = await lastId(person);
  await person.post('text', {
    text: `a fox number ${Math.floor(chance.next() * 1e6)}${fate ?? ''}`,
  });
  const card = await newButton(person, { after: seen, prefix: confirm });
  deeds.orders += 1;
  await confirmUntilOrdered(town, person, { card, seen, deeds });
  if (!isRegretted) return;
  await person.post('press', await newButton(person, { after: seen, prefix: 'e1:gen:cancel:' }));
  deeds.cancels += 1;
}

/**
 * Presses until the order is stored. A bot that died after showing a card may show it anew under
 * another id; then the newer one counts. A press that leads to neither was lost.
 */
async function confirmUntilOrdered(
  town: Town,
  person: Person,
  { card, seen, deeds }: { card: Pressable; seen: number; deeds: Deeds },
): Promise<void> {
  let shown = card;
  const tries = Date.now() + ordersPatienceMs;
  let pressed = '';
  while (Date.now() < tries) {
    try {
      if (await isOrdered(town, shown.data.slice(confirm.length))) return;
      if (pressed !== shown.data) await person.post('press', shown);
      pressed = shown.data;
      shown = (await findButton(person, { after: seen, prefix: confirm })) ?? shown;
    } catch {
      // Something is dead right now.
    }
    await pause(300);
  }
  const id = shown.data.slice(confirm.length);
  const [draft] = await query(town, draftOf, String(person.id));
  // A later draft whose card was lost on the way: the press was answered with "an old button".
  if (draft !== undefined && draft.id !== id) return;
  deeds.lost.push(id);
}

const draftOf = `SELECT d.id FROM drafts d JOIN people p ON p.id = d.person_id
  WHERE p.telegram_id = $1`;

async function isOrdered(town: Town, id: string): Promise<boolean> {
  const rows = await query(town, 'SELECT id FROM generations WHERE id = $1', id);
  return rows.length > 0;
}

async function buy(_town: Town, person: Person, { chance, deeds }: Nature): Promise<void> {
  const seen = await lastId(person);
  await person.post('text', { text: '/buy' });
  await person.post(
    'press',
    await newButton(person, { after: seen, prefix: 'e1:buy:method:stars' }),
  );
  await person.post('press', await newButton(person, { after: seen, prefix: 'e1:buy:pack:' }));
  const messageId = await found(async () => {
    const messages = await person.chat();
    return messages.find((one) => one.message_id > seen && one.invoiceState === 'open')?.message_id;
  });
  if (chance.is(0.1)) return;
  deeds.payments += 1;
  const pay = (): Promise<unknown> => person.post('pay', { messageId });
  const isTwice = chance.is(0.3);
  // A payment the bot did not answer in time is tried again, as people do.
  for (let tries = 3; tries > 0; tries -= 1) {
    const [answer] = (await Promise.all(isTwice ? [pay(), pay()] : [pay()])) as { state: string }[];
    if (answer?.state === 'paid') return;
  }
}
