/** What people, payment systems, admins and bad luck do, one after the other, as the seed draws it. */
import { AppError } from '../../src/domain/errors';
import type { ChargeDoubt, SystemCharge } from '../../src/domain/charge';
import { tokens } from '../../src/domain/tokens';
import { waitUntil } from '../../src/local/waiting';
import type { Payment } from '../../src/storage/payment-store';
import { paymentInput } from '../../src/workflows/inputs';
import type { Chance } from '../crash/chance';
import { leftOf, traitsOf, type Account } from './bank';
import { createPostman, type Postman } from './postman';
import { adminId, windows, type Town } from './town';

export interface Run {
  readonly seed: number;
  readonly town: Town;
  /** Of the deed that is being done. */
  chance: Chance;
  readonly postman: Postman;
  readonly people: { readonly id: string; readonly telegramId: bigint }[];
  readonly payments: Payment[];
  readonly generations: string[];
  /** How often each thing was done. */
  readonly deeds: Map<string, number>;
  count: number;
}

export async function gather(town: Town, seed: number, chance: Chance): Promise<Run> {
  const run: Run = {
    seed,
    town,
    chance,
    postman: createPostman(chance.fork(), town.apiUrl),
    people: [],
    payments: [],
    generations: [],
    deeds: new Map(),
    count: 0,
  };
  for (let index = 0; index < 3; index += 1) {
    run.people.push(await town.person(BigInt(Math.floor(chance.between(0, 30)))));
  }
  const terms = {
    limitOverall: 2,
    limitPerPerson: 1,
    expiresAt: null,
    actor: 'owner',
    reason: 'sim',
  };
  await town.promos.create({ ...terms, code: `OFF-${seed}`, kind: 'percent_off', value: 33n });
  await town.promos.create({ ...terms, code: `MORE-${seed}`, kind: 'percent_extra', value: 15n });
  await town.promos.create({ ...terms, code: `GIFT-${seed}`, kind: 'tokens', value: 7n });
  return run;
}

/** Does it until it is done, as an update or a tap that is repeated. A "no" of ours is an answer. */
export async function persist<T>(work: () => Promise<T>): Promise<T | undefined> {
  for (let triesLeft = 30; ; triesLeft -= 1) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError) return undefined;
      if (triesLeft === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

type Deed = (run: Run) => Promise<void>;

async function order(run: Run): Promise<void> {
  const { town, chance, seed } = run;
  const person = chance.pick(run.people);
  const traits = chance.pick(Object.values(traitsOf));
  const currency = traits?.currencies[0];
  if (person === undefined || traits === undefined || currency === undefined) return;
  run.count += 1;
  const id = `s${seed}-p${run.count}`;
  const amount = tokens(chance.pick([100n, 100n, 200n, 137n]) ?? 100n);
  await persist(async () => {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + windows.invoiceExpiryMs);
    const wish = { id, person, chatId: person.telegramId, language: 'en' as const, amount };
    const payment = await town.payments.order({
      ...wish,
      system: traits.id,
      currency,
      now,
      expiresAt,
    });
    if (!run.payments.some((known) => known.id === id)) run.payments.push(payment);
    await town.engine.startPayment(paymentInput(payment, windows));
  });
}

/** Whom a payment system may hear from: every account it has, open or not. */
function someAccount({ chance, payments, town }: Run, needsCharge = false): Account | undefined {
  const accounts = payments.flatMap(({ id }) => town.bank.accounts.get(id) ?? []);
  return chance.pick(needsCharge ? accounts.filter(({ charges }) => charges.length > 0) : accounts);
}

const doubts: readonly ChargeDoubt[] = ['test', 'foreign-shop', 'frozen'];

/** Mostly what was agreed on; sometimes less, more, another coin, or money that is in doubt. */
function oddOf(chance: Chance, { price }: Account): Pick<SystemCharge, 'paid' | 'doubt'> {
  const paid = (amountMinor: bigint) => ({ paid: { ...price, amountMinor } });
  const luck = chance.next();
  if (luck < 0.6) return { paid: price };
  if (luck < 0.68) return paid(price.amountMinor - price.amountMinor / 3n);
  if (luck < 0.74) return paid(price.amountMinor * 2n);
  if (luck < 0.78) return paid(price.amountMinor + price.amountMinor / 200n);
  if (luck < 0.84) return { paid: { ...price, currency: 'EUR' } };
  return { paid: price, doubt: chance.pick(doubts) ?? 'test' };
}

async function pay(run: Run): Promise<void> {
  const { chance } = run;
  const account = someAccount(run);
  if (account === undefined) return;
  // Once is usual, twice happens, and a closed door is sometimes still open.
  if (account.charges.length > 0 && !chance.is(0.15)) return;
  if (account.isCancelled && !chance.is(0.5)) return;
  if (account.system === 'stars') return payInChat(run, account);
  const charge = {
    chargeId: `${account.paymentId}-c${account.charges.length + 1}`,
    at: new Date(),
    ...oddOf(chance, account),
    ...(chance.is(0.5) ? { fee: { ...account.price, amountMinor: 100n } } : {}),
  };
  run.town.bank.take(account, charge);
  run.postman.write(account.system, account.paymentId, 'paid');
}

/** Telegram takes the money and tells the bot in an update that is repeated until it is taken in. */
async function payInChat(run: Run, account: Account): Promise<void> {
  const { town, payments } = run;
  const { paymentId, price } = account;
  const payment = payments.find(({ id }) => id === paymentId);
  const payer = run.people.find(({ id }) => id === payment?.personId);
  if (payment === undefined || payer === undefined) return;
  const asked = { paymentId, telegramId: payer.telegramId, ...price };
  const verdict = await persist(() => town.payments.checkForPreCheckout(asked));
  if (verdict !== 'ok') return;
  const chargeId = `${paymentId}-c${account.charges.length + 1}`;
  town.bank.take(account, { chargeId, paid: price, at: new Date() });
  // Nobody fetched the update in time: Telegram forgets it, and only its list shows the charge.
  if (run.chance.is(0.1)) return;
  const told = { system: 'stars', chargeId, ...asked };
  await persist(() => town.payments.recordCharge(told));
  // Its signal may get lost: housekeeping finds the charge.
  if (run.chance.is(0.8))
    await persist(() => town.engine.charged(paymentInput(payment, windows), chargeId));
}

async function press(run: Run): Promise<void> {
  const payment = run.chance.pick(run.payments);
  if (payment === undefined || payment.system === 'stars') return;
  await persist(() => run.town.engine.paymentNews(paymentInput(payment, windows)));
}

async function thaw(run: Run): Promise<void> {
  const account = someAccount(run, true);
  const index = account?.charges.findIndex(({ doubt }) => doubt === 'frozen') ?? -1;
  const charge = account?.charges[index];
  if (account === undefined || charge === undefined) return;
  const { chargeId, paid, at } = charge;
  account.charges[index] = { chargeId, paid, at };
  run.postman.write(account.system, account.paymentId, 'thawed');
}

async function dispute(run: Run): Promise<void> {
  const account = someAccount(run, true);
  const charge = account?.charges[0];
  if (account === undefined || charge === undefined || account.system !== 'stripe') return;
  account.charges[0] = { ...charge, disputed: charge.disputed !== true };
  run.postman.write(account.system, account.paymentId, 'dispute');
}

async function cabinet(run: Run): Promise<void> {
  const account = someAccount(run, true);
  const charge = run.chance.pick(account?.charges ?? []);
  if (account === undefined || charge === undefined) return;
  const left = leftOf(account, charge.chargeId);
  // Stars go back whole: the shop of a phone has taken them back.
  const isWhole = run.chance.is(0.5) || account.system === 'stars';
  run.town.bank.refundInCabinet(account, charge.chargeId, isWhole ? left : left / 3n);
  if (account.system === 'stars') return;
  run.postman.write(account.system, account.paymentId, 'refunded');
}

/** Mostly where a part can go back, and nobody has tried yet. */
function refundable({ chance, payments, town }: Run): Account | undefined {
  const accounts = payments.flatMap(({ id }) => town.bank.accounts.get(id) ?? []);
  const fit = accounts.filter(
    ({ system, charges, asked }) =>
      traitsOf[system]?.refunds === 'partial' && charges.length > 0 && asked.size === 0,
  );
  return chance.is(0.7) ? chance.pick(fit) : undefined;
}

/** As long as a refund takes to reach its system, or a "no" of ours. */
const answerMs = 1_000;

async function askRefund(run: Run): Promise<void> {
  const { chance, town } = run;
  const account = refundable(run) ?? someAccount(run, true);
  const payment = run.payments.find(({ id }) => id === account?.paymentId);
  if (account === undefined || payment === undefined) return;
  const part = account.price.amountMinor / 4n;
  // Mostly in parts: whole ones leave nothing that could be booked twice.
  const amount = chance.pick([undefined, part, part, part, 10n ** 9n]);
  const request = {
    id: chance.pick(['r1', 'r2', 'r3']) ?? 'r1',
    actor: chance.is(0.95) ? adminId.toString() : '5',
    reason: 'asked for',
    ...(amount === undefined ? {} : { amount: amount.toString() }),
    ...(chance.is(0.4) ? { force: true } : {}),
  };
  const times = chance.is(0.2) ? 2 : 1;
  const known = account.asked.size;
  await Promise.all(
    Array.from({ length: times }, () =>
      persist(() => town.engine.refundPayment(paymentInput(payment, windows), request)),
    ),
  );
  if (traitsOf[account.system]?.refunds !== 'partial') return;
  // Looked at while its answer may be lost: then it must not be taken for somebody else's.
  const id = `${payment.id}:${request.id}`;
  const isOver = async () =>
    (await town.db.refund.findUnique({ where: { id } }).catch(() => null))?.status === 'refused';
  await waitUntil(async () => account.asked.size > known || (await isOver()), answerMs);
  await persist(() => town.engine.paymentNews(paymentInput(payment, windows)));
  run.postman.write(account.system, account.paymentId, 'refunded');
}

/** An admin looks at the list of held money and of money to return by hand. */
export async function decide(run: Run): Promise<void> {
  const { chance, town } = run;
  const mine = (id: string | null) => run.payments.find((payment) => payment.id === id);
  const held = await persist(() => town.payments.heldCharges(1000));
  for (const { paymentId, chargeId } of held ?? []) {
    const payment = mine(paymentId);
    if (payment === undefined || !chance.is(0.7)) continue;
    const decision =
      chance.pick(['credit', 'credit_paid', 'return', 'dismiss'] as const) ?? 'credit';
    run.count += 1;
    const request = {
      id: `d${run.count}`,
      chargeId,
      decision,
      actor: adminId.toString(),
      reason: 'looked',
    };
    await persist(() => town.engine.decidePayment(paymentInput(payment, windows), request));
  }
  const byHand = await persist(() => town.payments.manualRefunds(1000));
  for (const { id, paymentId } of byHand ?? []) {
    const payment = mine(paymentId);
    if (payment === undefined || !chance.is(0.7)) continue;
    const request = {
      id: id.slice(paymentId.length + 1),
      actor: adminId.toString(),
      reason: 'by hand',
      done: chance.is(0.7),
    };
    await persist(() => town.engine.refundPayment(paymentInput(payment, windows), request));
  }
}

async function paint(run: Run): Promise<void> {
  const { chance, town } = run;
  const person = chance.pick(run.people);
  if (person === undefined) return;
  run.count += 1;
  const id = `s${run.seed}-g${run.count}`;
  const reserveExpiresAt = new Date(Date.now() + windows.generationDeadlineMs);
  const limits = { activeMax: 50, perHour: 10_000, reserveExpiresAt };
  await persist(() => town.order(person, id));
  run.generations.push(id);
  await persist(() => town.generations.begin(id, limits));
  const ends: (() => Promise<unknown>)[] = [
    () => town.generations.deliverAndCommit(id),
    () => town.generations.release(id, 'PROVIDER_TIMEOUT'),
  ];
  // Mostly one end, sometimes both at once; what is left hanging expires.
  const chosen = chance.pick([ends.slice(0, 1), ends.slice(0, 1), ends.slice(1), ends, []]) ?? [];
  await Promise.all(chosen.map((end) => persist(end)));
}

async function gift(run: Run): Promise<void> {
  const { chance, town, seed } = run;
  const person = chance.pick(run.people);
  if (person === undefined) return;
  const now = new Date();
  const code = chance.pick([`OFF-${seed}`, `MORE-${seed}`, `GIFT-${seed}`]) ?? `OFF-${seed}`;
  run.count += 1;
  const requestId = `s${seed}-u${run.count}`;
  const taps = chance.is(0.3) ? 3 : 1;
  const tap: () => Promise<unknown> = chance.is(0.5)
    ? () => town.promos.enter({ personId: person.id, code, now, requestId })
    : () => town.rewards.claim({ personId: person.id, now, rewards: [1n, 2n, 3n] });
  await Promise.all(Array.from({ length: taps }, () => persist(tap)));
}

/** So long that everything is in the window, seen from when the schedules think it is. */
const reconciledHours = 4 * 24;

/** The schedules: at any moment, also beside themselves. */
export async function tidy({ town }: Run): Promise<void> {
  const { housekeeping, reconciliation } = town;
  for (const step of [
    housekeeping.redeliverPaymentNews,
    housekeeping.wakeUncreditedPayments,
    housekeeping.resumeRefunds,
    housekeeping.expireReserves,
    housekeeping.wakeOverduePayments,
    ...Object.keys(traitsOf).map((id) => () => reconciliation.reconcile(id, reconciledHours)),
  ]) {
    // A schedule that fails is run again by its next turn.
    await step().catch(() => undefined);
  }
}

async function forge(run: Run): Promise<void> {
  const payment = run.chance.pick(run.payments);
  if (payment !== undefined && payment.system !== 'stars')
    run.postman.forge(payment.system, payment.id);
}

const deeds: readonly (readonly [name: string, weight: number, deed: Deed])[] = [
  ['order', 5, order],
  ['pay', 8, pay],
  ['button', 2, press],
  ['thaw', 1, thaw],
  ['dispute', 1, dispute],
  ['cabinet', 1, cabinet],
  ['refund', 6, askRefund],
  ['decide', 3, decide],
  ['generation', 4, paint],
  ['gift', 2, gift],
  ['schedules', 1, tidy],
  ['forgery', 1, forge],
  ['cut connections', 0.7, ({ town }) => persist(() => town.cutConnections())],
  ['webhooks', 6, ({ postman }) => postman.deliver(0.6)],
  ['time', 5, ({ town, chance }) => town.pass(chance.between(1, 400) * 1000)],
];
const weightOfAll = deeds.reduce((sum, [, weight]) => sum + weight, 0);

/** One thing that happens. */
export async function live(run: Run): Promise<void> {
  let luck = run.chance.between(0, weightOfAll);
  const [name, , deed] = deeds.find(([, weight]) => (luck -= weight) < 0) ?? deeds[0]!;
  run.deeds.set(name, (run.deeds.get(name) ?? 0) + 1);
  // How much luck a deed uses up depends on what it finds; what comes after it must not.
  const chance = run.chance;
  run.chance = chance.fork();
  await deed(run);
  run.chance = chance;
}
