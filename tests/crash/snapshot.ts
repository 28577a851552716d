/** Reads, once it is quiet, what the judge judges: from Postgres, Temporal and the sandbox. */
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { tokens } from '../../src/domain/tokens';
import { waitUntil } from '../../src/local/waiting';
import { createDatabase, type Database } from '../../src/storage/database';
import { checkLedger, type LedgerCheck } from '../../src/storage/ledger-check';
import { createEngine } from '../../src/workflows/engine';
import { paymentInput } from '../../src/workflows/inputs';
import type { Person } from './chat';
import type { Snapshot } from './judge';
import type { BookedCharge } from './judge-money';
import type { Deeds } from './nature';
import { readTills } from './tills';
import { botId, type Town } from './town';

const ours = "WorkflowType IN ('generation', 'payment')";

/** A form of YooMoney nobody paid: it can be paid as long as it is looked for. */
const unpaidForms = `SELECT id FROM payments y WHERE system = 'yoomoney'
  AND NOT EXISTS (SELECT 1 FROM charges c WHERE c.payment_id = y.id)`;

/**
 * No open workflow that could still do something, no generation under way, no update waiting.
 * `meanwhile` is done before each look. Says what is left when it gives up.
 */
export async function untilQuiet(
  town: Town,
  patienceMs: number,
  meanwhile: () => Promise<void>,
): Promise<string | undefined> {
  const database = createDatabase(town.databaseUrl, { poolMax: 2 });
  const { client, close } = openTemporal(town);
  let left = 'nothing could be asked';
  let busy: readonly string[] = [];
  const isQuiet = async (): Promise<boolean> => {
    await meanwhile();
    const forms = await database.$queryRawUnsafe<{ id: string }[]>(unpaidForms);
    const patient = new Set(forms.map(({ id }) => `payment:${id}`));
    const open: string[] = [];
    const query = `ExecutionStatus = 'Running' AND ${ours}`;
    for await (const { workflowId } of client.workflow.list({ query })) {
      if (!patient.has(workflowId)) open.push(workflowId);
    }
    const underWay = await database.generation.count({
      where: { status: { in: ['ordered', 'working'] } },
    });
    const answer = await fetch(`${town.telegramUrl}/updates`);
    const { updates } = (await answer.json()) as { updates: unknown[] };
    left = `${underWay} generations, ${updates.length} updates`;
    busy = open;
    return open.length === 0 && underWay === 0 && updates.length === 0;
  };
  try {
    const stays = lasting(stillMs);
    const quiet = await waitUntil(
      async () => stays(await isQuiet().catch(() => false)),
      patienceMs,
    );
    if (quiet) return undefined;
    const stories = await Promise.all(busy.map((id) => storyOf(client, database, id)));
    return [left, ...stories].join('\n');
  } finally {
    await close();
    await database.$disconnect();
  }
}

/** Temporal's list follows what happens a moment later: a workflow that was just begun is not in it yet. */
const stillMs = 3_000;

/** True once it has been told of nothing else for this long. */
function lasting(ms: number): (isSo: boolean) => boolean {
  let since: number | undefined;
  return (isSo) => {
    since = isSo ? (since ?? Date.now()) : undefined;
    return since !== undefined && Date.now() - since >= ms;
  };
}

/** What a workflow waits for. */
async function storyOf(client: TemporalClient, database: Database, id: string): Promise<string> {
  const { raw } = await client.workflow.getHandle(id).describe();
  const steps = (raw.pendingActivities ?? []).map(
    ({ activityType, attempt, lastFailure }) =>
      `${activityType?.name} for the ${attempt}. time, ${lastFailure?.message ?? 'no failure'}`,
  );
  const payment = await database.payment.findUnique({
    where: { id: id.slice(id.indexOf(':') + 1) },
    include: { charges: true, refunds: true },
  });
  const charges = payment?.charges.map((one) => `${one.amountMinor} held for ${one.heldFor}`);
  const refunds = payment?.refunds.map((one) => `${one.id} ${one.status}`);
  const what = [payment?.system, payment?.status, ...(charges ?? []), ...(refunds ?? [])];
  return `${id}: ${[...what, ...steps].join(', ')}`;
}

/** As somebody does who presses "Trigger" in the Web UI; resolves when it has run. */
export async function runSchedule(town: Town, id: string, patienceMs: number): Promise<void> {
  const { client, close } = openTemporal(town);
  try {
    const schedule = client.schedule.getHandle(id);
    const before = (await schedule.describe()).info.numActionsTaken;
    await schedule.trigger('ALLOW_ALL');
    await waitUntil(async () => {
      const { info } = await schedule.describe();
      return info.numActionsTaken > before && info.runningActions.length === 0;
    }, patienceMs);
  } finally {
    await close();
  }
}

/** As the reconciliation makes what it finds; but it leaves alone what is not ten minutes old. */
export async function lookAtPaid(town: Town): Promise<void> {
  const database = createDatabase(town.databaseUrl, { poolMax: 2 });
  const { client, close } = openTemporal(town);
  try {
    const engine = createEngine(client);
    const ids = (await readTills(town.tills)).map(({ paymentId }) => paymentId);
    const payments = await database.payment.findMany({ where: { id: { in: ids } } });
    for (const { packTokens, ...payment } of payments) {
      const input = paymentInput({ ...payment, packTokens: tokens(packTokens) }, soon);
      await engine.paymentNews(input);
    }
  } finally {
    await close();
    await database.$disconnect();
  }
}

/** They are over already. */
const soon = {
  complaintWindowMs: 8_000,
  generationDeadlineMs: 60_000,
  invoiceExpiryMs: 20_000,
  refundWindowMs: 12_000,
};

export async function takeSnapshot(
  town: Town,
  people: readonly Person[],
  { deaths, deeds }: { readonly deaths: readonly number[]; readonly deeds: Deeds },
): Promise<Snapshot> {
  const database = createDatabase(town.databaseUrl, { poolMax: 2 });
  try {
    const check = await checkLedger(database);
    return {
      ...(await readRows(database)),
      ...(await readOutside(database)),
      ledger: { ...check, broken: brokenIn(check) },
      tills: await readTills(town.tills),
      toldByHand: deeds.byHand,
      forgedTaken: deeds.forgedTaken,
      accepted: town.accepted,
      results: await readResults(town, people),
      charged: await readCharges(town),
      workflows: await readWorkflows(town),
      deaths,
    };
  } finally {
    await database.$disconnect();
  }
}

function brokenIn({ violations, ...check }: LedgerCheck): string[] {
  const lists = Object.entries(check).flatMap(([what, ids]) =>
    Array.isArray(ids) && ids.length > 0 ? [`${what} ${ids.join(' ')}`] : [],
  );
  const told = violations.map(
    ({ invariant, what, ids }) => `${invariant}, ${what}: ${ids.join(' ')}`,
  );
  return [...lists, ...told];
}

async function readRows(database: Database) {
  const generations = await database.$queryRaw<Snapshot['generations'][number][]>`
    SELECT g.id, g.status, r.state AS reserve
    FROM generations g LEFT JOIN ledger_reserves r ON r.id = g.id`;
  const booked = await database.$queryRaw<Snapshot['booked'][number][]>`
    SELECT c.charge_id AS id, c.refunded_at IS NOT NULL AS refunded,
      (SELECT count(*)::int FROM ledger_transfers t
        WHERE t.idem_key = 'credit:' || c.system || ':' || c.charge_id) AS credits,
      EXISTS (SELECT 1 FROM refunds f WHERE f.system = c.system AND f.charge_id = c.charge_id
        AND f.status = 'settled' AND f.tokens + f.debt_tokens = 0) AS "wentBack"
    FROM charges c WHERE c.system = 'stars'`;
  const forms = await database.$queryRawUnsafe<{ id: string }[]>(unpaidForms);
  const rows = await database.payment.findMany({
    select: { id: true, status: true, _count: { select: { charges: true } } },
  });
  const payments = rows.map(({ id, status, _count: { charges } }) => ({
    id,
    status,
    hasMoney: charges > 0,
    staysOpen: forms.some((form) => form.id === id),
  }));
  const refunds = await database.refund.findMany({ select: { id: true, status: true } });
  return { generations, booked, payments, refunds };
}

/** What went back by an admin's own hands went past the system. */
async function readOutside(database: Database) {
  const outside = await database.$queryRaw<BookedCharge[]>`
    SELECT c.system, c.charge_id AS id, c.currency, c.amount_minor AS paid,
      (SELECT coalesce(sum(f.amount_minor), 0)::bigint FROM refunds f
        WHERE f.system = c.system AND f.charge_id = c.charge_id AND f.status = 'settled'
          AND NOT f.manual) AS refunded,
      (SELECT count(*)::int FROM ledger_transfers t
        WHERE t.idem_key = 'credit:' || c.system || ':' || c.charge_id) AS credits,
      coalesce(c.decision = 'dismiss', false)
        OR (SELECT sum(f.amount_minor) FROM refunds f
          WHERE f.system = c.system AND f.charge_id = c.charge_id AND f.status = 'settled'
            AND f.tokens + f.debt_tokens = 0) = c.amount_minor
        IS TRUE AS "isNobodys"
    FROM charges c WHERE c.system <> 'stars'`;
  const byHand = await database.refund.findMany({
    where: { manual: true },
    select: { id: true, status: true },
  });
  return { outside, byHand };
}

async function readResults(
  { heard }: Town,
  people: readonly Person[],
): Promise<Snapshot['results']> {
  const results = new Map<string, { at: number; answered: boolean }[]>();
  for (const person of people) {
    for (const message of await person.chat()) {
      const buttons = message.reply_markup?.inline_keyboard?.flat() ?? [];
      const again = buttons.find((button) => button.callback_data?.startsWith('e1:gen:again:'));
      if (message.photo === undefined || again?.callback_data === undefined) continue;
      const id = again.callback_data.slice('e1:gen:again:'.length);
      const answered = heard.get(`${person.id}:${message.message_id}`) ?? false;
      results.set(id, [...(results.get(id) ?? []), { at: message.date * 1_000, answered }]);
    }
  }
  return results;
}

interface Transaction {
  readonly id: string;
  readonly source?: unknown;
}

/** Telegram's own list, oldest first. A refund has the id of its charge. */
async function readCharges(town: Town): Promise<Snapshot['charged']> {
  const charged = new Map<string, { id: string; refunded: boolean }>();
  for (let offset = 0; ; offset += 100) {
    const token = `${botId}:sandbox-easel-crash-bot`;
    const query = `offset=${offset}&limit=100`;
    const answer = await fetch(`${town.telegramUrl}/bot${token}/getStarTransactions?${query}`);
    const { result } = (await answer.json()) as { result: { transactions: Transaction[] } };
    for (const { id, source } of result.transactions) {
      charged.set(id, { id, refunded: source === undefined });
    }
    if (result.transactions.length < 100) return [...charged.values()];
  }
}

async function readWorkflows(town: Town): Promise<Snapshot['workflows']> {
  const { client, close } = openTemporal(town);
  try {
    const found: { id: string; status: string }[] = [];
    for await (const { workflowId, status } of client.workflow.list({ query: ours })) {
      found.push({ id: workflowId, status: status.name });
    }
    return found;
  } finally {
    await close();
  }
}

function openTemporal({ temporalAddress }: Town) {
  const connection = Connection.lazy({ address: temporalAddress });
  return { client: new TemporalClient({ connection }), close: () => connection.close() };
}
