/**
 * The owner's side: refunds whole and in part, by Easel and in the cabinets of the payment systems,
 * decisions about charges that are held, and money that is returned by hand.
 */
import type { Chance } from './chance';
import { query, type Person } from './chat';
import type { Deeds, Nature } from './nature';
import { atTill, type TillId } from './tills';
import { adminId, type Town } from './town';

const patienceMs = 10_000;

/** An admin refunds something of this person, now and then twice or more than is right. */
export async function complain(town: Town, person: Person, nature: Nature): Promise<void> {
  const { chance, deeds } = nature;
  if (chance.is(0.4)) return refundGeneration(town, person, nature);
  const [payment] = await query<Paid>(
    town,
    newestPaid,
    String(person.id),
    chance.is(0.7) ? '0' : '1',
  );
  if (payment === undefined) return;
  const isOutside = payment.system !== 'stars';
  if (isOutside && chance.is(0.3)) await prepareOutcome(town, payment, chance);
  if (isOutside && chance.is(0.3)) return refundThere(town, payment, nature);
  const part = isOutside && chance.is(0.6) ? partOf(payment, chance) : undefined;
  const answer = await ask(town, `payments/${payment.id}/refunds`, {
    id: chance.pick(['r1', 'r2', 'r3', 'r4']),
    ...signature,
    force: chance.is(0.5),
    ...(part !== undefined && { amount: part }),
  });
  if (answer.ok) deeds.refunds += 1;
}

const signature = { actor: String(adminId), reason: 'crash test' };

interface Paid {
  readonly id: string;
  readonly system: string;
  readonly amount: string;
}

const newestPaid = `SELECT y.id, y.system, y.amount_minor::text AS amount
  FROM payments y JOIN people p ON p.id = y.person_id
  WHERE p.telegram_id = $1 AND y.status = 'paid'
  ORDER BY y.created_at DESC OFFSET $2::int LIMIT 1`;

const newestDelivered = `SELECT g.id FROM generations g JOIN people p ON p.id = g.person_id
  WHERE p.telegram_id = $1 AND g.status = 'delivered' ORDER BY g.created_at DESC LIMIT 1`;

async function refundGeneration(
  town: Town,
  person: Person,
  { chance, deeds }: Nature,
): Promise<void> {
  const [generation] = await query(town, newestDelivered, String(person.id));
  if (generation === undefined) return;
  const body = { id: chance.pick(['r1', 'r2']), ...signature };
  if ((await ask(town, `generations/${generation.id}/refunds`, body)).ok) deeds.refunds += 1;
}

/** A third, a half or all of it, so that parts may add up to all or more. */
function partOf({ amount }: Paid, chance: Chance): string {
  const parts = chance.pick([1n, 2n, 3n]) ?? 1n;
  return (BigInt(amount) / parts).toString();
}

/** The system will not say yes at once to the next refunds of this payment. */
async function prepareOutcome(town: Town, { id, system }: Paid, chance: Chance): Promise<void> {
  const outcomes: Readonly<Record<string, readonly string[]>> = {
    yookassa: ['pending', 'canceled'],
    stripe: ['pending', 'failed'],
    heleket: ['refund_fail'],
  };
  const status = chance.pick(outcomes[system] ?? []);
  if (status === undefined) return;
  await atTill(town.tills[system as TillId], 'refundOutcome', { id, status });
}

/** Past Easel, in the cabinet of the system. Where there is no such thing it is refused there. */
async function refundThere(town: Town, payment: Paid, { chance, deeds }: Nature): Promise<void> {
  const { id, system } = payment;
  const part = BigInt(partOf(payment, chance));
  const rubles = `${part / 100n}.${(part % 100n).toString().padStart(2, '0')}`;
  const amounts: Readonly<Record<string, object>> = {
    yookassa: { amount: rubles },
    stripe: { amount: Number(part) },
    heleket: {},
  };
  const amount = amounts[system];
  if (amount === undefined) return;
  await atTill(town.tills[system as TillId], 'refund', { id, ...amount });
  deeds.cabinetRefunds += 1;
}

interface Held {
  readonly chargeId: string;
  readonly paymentId: string;
}

/** Everything that waits for an admin is answered. What fails is answered the next time. */
export async function holdOfficeHours(
  town: Town,
  { chance, deeds }: { readonly chance: Chance; readonly deeds: Deeds },
): Promise<void> {
  const { charges } = (await (await ask(town, 'charges/held')).json()) as { charges: Held[] };
  for (const { chargeId, paymentId } of charges) {
    await ask(town, `payments/${paymentId}/decisions`, {
      id: `d${Math.floor(chance.next() * 1e9)}`,
      chargeId,
      decision: chance.pick(['credit', 'credit_paid', 'return', 'dismiss']),
      ...signature,
    });
  }
  const { refunds } = (await (await ask(town, 'refunds/manual')).json()) as {
    refunds: { id: string; paymentId: string }[];
  };
  for (const { id, paymentId } of refunds) {
    // Who returned money by hand does not say otherwise the next time.
    const done = deeds.byHand.get(id) ?? chance.is(0.7);
    deeds.byHand.set(id, done);
    const body = { id: id.slice(id.lastIndexOf(':') + 1), done, ...signature };
    await ask(town, `payments/${paymentId}/refunds`, body);
  }
}

function ask({ apiUrl, adminKey }: Town, path: string, body?: object): Promise<Response> {
  return fetch(`${apiUrl}/admin/${path}`, {
    headers: { 'content-type': 'application/json', 'x-admin-api-key': adminKey },
    signal: AbortSignal.timeout(patienceMs),
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
}
