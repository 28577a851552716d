/** Reads, once it is quiet, what the judge judges: from Postgres, Temporal and the sandbox. */
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { waitUntil } from '../../src/local/waiting';
import { createDatabase, type Database } from '../../src/storage/database';
import { checkLedger } from '../../src/storage/ledger-check';
import type { Snapshot } from './judge';
import type { Person } from './people';
import { botId, type Town } from './town';

const ours = "WorkflowType IN ('generation', 'payment')";

/** No open workflow, no generation under way, no update waiting. Says what is left when it gives up. */
export async function untilQuiet(town: Town, patienceMs: number): Promise<string | undefined> {
  const database = createDatabase(town.databaseUrl, { poolMax: 2 });
  const { client, close } = openTemporal(town);
  let left = 'nothing could be asked';
  const isQuiet = async (): Promise<boolean> => {
    const { count } = await client.workflow.count(`ExecutionStatus = 'Running' AND ${ours}`);
    const underWay = await database.generation.count({
      where: { status: { in: ['ordered', 'working'] } },
    });
    const answer = await fetch(`${town.telegramUrl}/updates`);
    const { updates } = (await answer.json()) as { updates: unknown[] };
    left = `${count} workflows, ${underWay} generations, ${updates.length} updates`;
    return count === 0 && underWay === 0 && updates.length === 0;
  };
  try {
    const quiet = await waitUntil(() => isQuiet().catch(() => false), patienceMs);
    return quiet ? undefined : left;
  } finally {
    await close();
    await database.$disconnect();
  }
}

export async function takeSnapshot(
  town: Town,
  people: readonly Person[],
  deaths: readonly number[],
): Promise<Snapshot> {
  const database = createDatabase(town.databaseUrl, { poolMax: 2 });
  try {
    return {
      ...(await readRows(database)),
      ledger: await checkLedger(database),
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
    FROM charges c`;
  const payments = await database.payment.findMany({ select: { id: true, status: true } });
  const refunds = await database.refund.findMany({ select: { id: true, status: true } });
  return { generations, booked, payments, refunds };
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
