/**
 * How fast the webhook answers at 200 updates a second, and up to which rate it answers in time: the
 * real API, bot and Postgres, and the real calls to a Telegram that answers at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child } from './child';
import { load, openLine } from './load';
import { inFlight, percentile, round, type Figures } from './measure';
import { withServers, type Servers } from './stage';

const wantedP99Ms = 50;
const calmPerSecond = 50;
const busyPerSecond = 200;
/** Tried in turn, for the highest that is answered in time. */
const ratesPerSecond = [calmPerSecond, 100, 150, busyPerSecond, 250, 300, 350, 400];
const seconds = 15;
const people = 2_000;
const warmUps = 3_000;
/** Behind by this much, a higher rate can only be worse. */
const hopelessMs = 1_000;

export function webhook(): Promise<Figures> {
  return withServers(async (servers) => {
    const telegram = startChild('telegram-stand-in.ts', {});
    try {
      const { url } = await telegram.hear('ready');
      return await measure(servers, String(url));
    } finally {
      await telegram.stop();
    }
  });
}

async function measure(servers: Servers, telegramUrl: string): Promise<Figures> {
  const server = startChild('webhook-server.ts', {
    ...servers.env,
    TELEGRAM_API_ROOT: telegramUrl,
  });
  const caller = createCaller(servers);
  try {
    await server.hear('ready');
    await inFlight([...Array(people).keys()], 4, (i) => caller.post(i, '/start'));
    await inFlight([...Array(warmUps).keys()], 4, caller.update);
    const health = await healthTimes(caller, 200);
    return {
      ...(await webhookFigures(caller, server)),
      health_p50: { value: round(percentile(health, 0.5), 2), unit: 'ms', target: '< 5' },
      health_p99: { value: round(percentile(health, 0.99), 2), unit: 'ms' },
    };
  } finally {
    caller.close();
    await server.stop();
  }
}

async function webhookFigures(caller: Caller, server: Child): Promise<Figures> {
  const figures: Figures = {};
  let highest = 0;
  for (const perSecond of ratesPerSecond) {
    const before = await cpuMs(server);
    const asking = new AbortController();
    const health = healthTimes(caller, Infinity, asking.signal);
    const { times, refused } = await load(caller.update, { perSecond, seconds });
    asking.abort();
    const cpu = ((await cpuMs(server)) - before) / times.length;
    const p99 = percentile(times, 0.99);
    if (p99 < wantedP99Ms && refused === 0) highest = perSecond;
    if (perSecond === calmPerSecond || perSecond === busyPerSecond) {
      const run = { times, refused, health: await health, cpu };
      Object.assign(figures, figuresOf(`webhook_${perSecond}_per_second`, run));
    }
    if (percentile(times, 0.5) > hopelessMs) break;
  }
  const target = `>= ${busyPerSecond}`;
  figures['webhook_highest_in_time'] = { value: highest, unit: 'updates/s', target };
  return figures;
}

interface Run {
  readonly times: readonly number[];
  readonly refused: number;
  readonly health: readonly number[];
  readonly cpu: number;
}

function figuresOf(name: string, { times, refused, health, cpu }: Run): Figures {
  const target = `< ${wantedP99Ms}`;
  return {
    [`${name}_p50`]: { value: round(percentile(times, 0.5)), unit: 'ms' },
    [`${name}_p99`]: { value: round(percentile(times, 0.99)), unit: 'ms', target },
    [`${name}_not_200`]: { value: refused, unit: 'answers', target: '0' },
    [`${name}_api_cpu`]: { value: round(cpu, 2), unit: 'ms of processor per update' },
    [`${name}_health_p50`]: { value: round(percentile(health, 0.5), 2), unit: 'ms', target: '< 5' },
  };
}

async function cpuMs(server: Child): Promise<number> {
  const answer = server.hear('cpu');
  server.tell('cpu');
  return Number((await answer)['ms']);
}

type Caller = ReturnType<typeof createCaller>;

/** Telegram's side of the webhook, over kept connections as Telegram has them. */
function createCaller({ env }: Servers) {
  const { call, close } = openLine(env['API_PORT']);
  const headers = {
    'content-type': 'application/json',
    'x-telegram-bot-api-secret-token': env['TELEGRAM_WEBHOOK_SECRET'],
  };
  let last = 1;
  const post = async (i: number, text: string): Promise<boolean> => {
    last += 1;
    const body = JSON.stringify({ update_id: last, message: messageOf(last, i, text) });
    return (await call({ path: '/telegram/webhook', headers, body })) === 200;
  };
  return {
    post,
    update: (i: number) => post(i, i % 4 === 0 ? '/balance' : 'a lighthouse'),
    health: () => call({ method: 'GET', path: '/health' }),
    close,
  };
}

function messageOf(id: number, i: number, text: string) {
  const sender = { id: 800_000 + (i % people), first_name: 'P' };
  const entities = [{ type: 'bot_command', offset: 0, length: text.length }];
  return {
    message_id: id,
    date: Math.floor(Date.now() / 1000),
    chat: { ...sender, type: 'private' },
    from: { ...sender, is_bot: false, language_code: 'en' },
    text,
    ...(text.startsWith('/') ? { entities } : {}),
  };
}

/** Asks for the health of the process, as often as a probe may. */
async function healthTimes(
  { health }: Caller,
  most: number,
  signal?: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  while (times.length < most && signal?.aborted !== true) {
    const started = performance.now();
    await health();
    times.push(performance.now() - started);
    if (signal !== undefined) await sleep(100);
  }
  return times;
}
