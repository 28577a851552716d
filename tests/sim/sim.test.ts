import { say } from '../../src/local/progress';
import { simulate } from './simulation';
import { tokens } from '../../src/domain/tokens';
import { paymentInput } from '../../src/workflows/inputs';
import { waitUntil } from '../../src/local/waiting';
import { bring, signedNews } from './postman';
import { adminId, foundTown, windows, type Town } from './town';

/** `npm run sim -- --seed N --seeds COUNT` sets these; without it the same few run with every test. */
const firstSeed = Number(process.env['EASEL_SIM_SEED'] ?? 1);
const seeds = Number(process.env['EASEL_SIM_SEEDS'] ?? 20);
/** A new town now and then: what the old ones remember makes them slow. */
const seedsPerTown = 25;
const isByCommand = process.env['EASEL_SIM_SEEDS'] !== undefined;

const blocks = Array.from({ length: Math.ceil(seeds / seedsPerTown) }, (_, block) => {
  const first = firstSeed + block * seedsPerTown;
  return { first, count: Math.min(seedsPerTown, firstSeed + seeds - first) };
});

let town: Town;
beforeEach(async () => {
  town = await foundTown();
}, 120_000);
afterEach(() => town.close(), 60_000);

test.each(blocks)(
  'no money is lost or doubled, whatever happens to it (seeds from $first, $count of them)',
  async ({ first, count }) => {
    const failures: string[] = [];
    const deeds = new Map<string, number>();
    const startedAt = Date.now();
    let payments = 0;
    for (let seed = first; seed < first + count; seed += 1) {
      const verdict = await simulate(town, seed);
      payments += verdict.payments;
      for (const [name, times] of verdict.deeds) deeds.set(name, (deeds.get(name) ?? 0) + times);
      if (verdict.findings.length === 0) continue;
      failures.push(`npm run sim -- --seed ${seed}\n  ${verdict.findings.join('\n  ')}`);
    }
    if (isByCommand) {
      const done = [...deeds].map(([name, times]) => `${name} ${times}`).join(', ');
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      say(`${count} seeds from ${first} in ${seconds} s: ${payments} payments; ${done}`);
    }
    expect(failures).toEqual([]);
    expect(payments).toBeGreaterThan(0);
  },
  600_000,
);

test('a hundred copies of one webhook, the poll, the button, a schedule and an admin credit once', async () => {
  town.bank.calm = true;
  const person = await town.person();
  const system = 'yookassa';
  const payment = await town.payments.order({
    id: 'hundred',
    person,
    chatId: person.telegramId,
    language: 'en',
    amount: tokens(100n),
    system,
    currency: 'RUB',
    now: new Date(),
    expiresAt: new Date(Date.now() + windows.invoiceExpiryMs),
  });
  const input = paymentInput(payment, windows);
  await town.engine.startPayment(input);
  const isOpen = async () => (await town.payments.get('hundred')).status === 'invoiced';
  await waitUntil(isOpen, 20_000);
  const account = town.bank.accounts.get('hundred');
  if (account === undefined) throw new Error('no invoice was opened');
  const chargeId = 'hundred-c1';
  town.bank.take(account, { chargeId, paid: payment.price, at: new Date() });
  const news = { system, ...signedNews({ eventId: 'e1', event: 'paid', paymentId: 'hundred' }) };
  const decision = { id: 'd1', chargeId, decision: 'credit', reason: 'seen' } as const;
  const [answers] = await Promise.all([
    Promise.all(Array.from({ length: 100 }, () => bring(town.apiUrl, news))),
    town.pass(15 * 60_000),
    town.engine.paymentNews(input),
    town.engine.decidePayment(input, { ...decision, actor: adminId.toString() }),
    town.housekeeping.wakeUncreditedPayments(),
  ]);
  await town.pass(windows.refundWindowMs);
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(await town.db.paymentEvent.count({ where: { paymentId: 'hundred' } })).toBe(1);
  const credits = await town.db.ledgerTransfer.findMany({
    where: { personId: person.id, operation: 'credit' },
  });
  expect(credits.map(({ amount }) => amount)).toEqual([100n]);
  await town.assertSound();
}, 120_000);
