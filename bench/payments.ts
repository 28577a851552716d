/**
 * Whole payments a second against empty workflows a second, in turn on the same server: a person asks
 * to buy, sees the invoice, pays on the system's page; its signed webhook comes to the API, the
 * workflow looks at the system, credits, and the person is told. And how fast that webhook answers.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pack } from '../src/domain/packs';
import type { Parts } from '../src/roles/parts';
import type { Person } from '../src/storage/person-store';
import type { Card, TelegramClient } from '../src/telegram/client';
import { paymentInput } from '../src/workflows/inputs';
import { startChild } from './child';
import { instantTelegram } from './instant';
import { median, round, type Figures } from './measure';
import { paymentWebhook } from './payments-webhook';
import { makePeople } from './people';
import { width, withReference, type Reference } from './reference';
import { openStage, withServers, type Servers, type Stage } from './stage';

const system = 'cryptobot';
const rounds = 4;
const perPerson = 3;
/** As many steps on a queue as a payment has: open, show, watch, look, tell. */
const steps = 5;
const patienceMs = 120_000;

export function payments(): Promise<Figures> {
  return withServers(async (servers) => {
    const webhookRoot = `http://127.0.0.1:${servers.env['API_PORT']}/webhooks`;
    const telegram = startChild('telegram-stand-in.ts', {});
    const keys = { CRYPTOBOT_TOKEN: '12345:AAbenchmarkOfEasel0123456789abcdef' };
    const till = startChild('payments-stand-in.ts', {
      ...keys,
      BENCH_SYSTEM: system,
      BENCH_WEBHOOK_ROOT: webhookRoot,
    });
    try {
      const env = {
        ...servers.env,
        ...keys,
        PAYMENT_SYSTEMS: system,
        TELEGRAM_API_ROOT: String((await telegram.hear('ready'))['url']),
        CRYPTOBOT_API_URL: String((await till.hear('ready'))['url']),
      };
      return await measure({ ...servers, env });
    } finally {
      await Promise.all([till.stop(), telegram.stop()]);
    }
  });
}

async function measure({ env }: Servers): Promise<Figures> {
  const api = startChild('webhook-server.ts', env);
  try {
    await api.hear('ready');
    const whole = await wholePayments(env);
    return { ...whole, ...(await paymentWebhook(env)) };
  } finally {
    await api.stop();
  }
}

async function wholePayments(env: Servers['env']): Promise<Figures> {
  const chats = new EventEmitter();
  chats.setMaxListeners(2 * width);
  const stage = await openStage(env, (real) => listening(real, chats));
  try {
    const { packs } = await stage.parts.payments.shelf({ system, currency: 'USD' });
    const [pack] = packs;
    const people = await makePeople(stage.parts, width);
    if (pack === undefined) throw new Error('Nothing to buy');
    return await withReference(stage, async (reference) => {
      const round = () => measureRound(stage, { people, pack, chats, reference });
      await round();
      const measured: Rates[] = [];
      for (let i = 0; i < rounds; i += 1) measured.push(await round());
      return figures(measured);
    });
  } finally {
    await stage.stop();
  }
}

/** The real client, whose messages are also told to whoever sits in that chat. */
function listening(real: TelegramClient, chats: EventEmitter): TelegramClient {
  return {
    ...real,
    getMe: instantTelegram().getMe,
    sendText: async (chatId, card) => {
      const sent = await real.sendText(chatId, card);
      chats.emit(String(chatId), card);
      return sent;
    },
  };
}

/** Rates of one round, a second. */
interface Rates {
  readonly empty: number;
  readonly bare: number;
  readonly paid: number;
}

interface Market {
  readonly people: readonly Person[];
  readonly pack: Pack;
  readonly chats: EventEmitter;
  readonly reference: Reference;
}

async function measureRound(stage: Stage, market: Market): Promise<Rates> {
  const { people, reference } = market;
  const count = people.length * perPerson;
  const empty = await reference.empty(count);
  const started = performance.now();
  await Promise.all(
    people.map(async (person) => {
      for (let i = 0; i < perPerson; i += 1) await buy(stage, market, person);
    }),
  );
  const paid = count / ((performance.now() - started) / 1000);
  await untilNoneIsOpen(stage.parts);
  return { empty, paid, bare: await reference.bare(count, steps) };
}

/** From the order to the word that the tokens are there. */
async function buy({ parts }: Stage, { pack, chats }: Market, person: Person): Promise<void> {
  const chatId = person.telegramId;
  const message = async (): Promise<Card> => {
    const signal = AbortSignal.timeout(patienceMs);
    const [card] = (await once(chats, String(chatId), { signal })) as [Card];
    return card;
  };
  const invoice = message();
  const payment = await parts.payments.create({
    id: `p-${randomUUID()}`,
    person,
    chatId,
    language: 'en',
    pack,
    system,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  // Nobody waits for a refund here: the next round would carry this one's timers.
  await parts.engine.startPayment({ ...paymentInput(payment, parts.windows), refundWindowMs: 1 });
  const payUrl = (await invoice).keyboard?.inline_keyboard.flat().find((one) => 'url' in one)?.url;
  if (payUrl === undefined) throw new Error('The invoice has no page');
  const word = message();
  const form = new URLSearchParams({ action: 'pay' });
  await fetch(payUrl, { method: 'POST', body: form, redirect: 'manual' });
  await word;
  const { status } = await parts.payments.get(payment.id);
  if (status !== 'paid') throw new Error(`The payment is ${status}`);
}

/** Each looks once more at its system before it ends. */
async function untilNoneIsOpen({ client }: Parts): Promise<void> {
  const open = "WorkflowType = 'payment' AND ExecutionStatus = 'Running'";
  while ((await client.workflow.count(open)).count > 0) await sleep(250);
}

function figures(measured: readonly Rates[]): Figures {
  const rate = (of: keyof Rates) => round(median(measured.map((rates) => rates[of])));
  // Within one round, so that what else the machine did meets both sides.
  const ratio = (of: keyof Rates, to: keyof Rates) =>
    round(median(measured.map((rates) => rates[of] / rates[to])), 2);
  return {
    payments_per_second: { value: rate('paid'), unit: 'payments/s' },
    payments_bare_workflows_per_second: { value: rate('bare'), unit: 'workflows/s' },
    payments_empty_workflows_per_second: { value: rate('empty'), unit: 'workflows/s' },
    payments_ratio_to_empty: { value: ratio('paid', 'empty'), unit: 'ratio' },
    payments_ratio_to_bare: { value: ratio('paid', 'bare'), unit: 'ratio' },
  };
}
