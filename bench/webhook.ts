/** How fast the webhook answers at 200 updates a second: real API, bot and Postgres. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child';
import { percentile, round, type Figures } from './measure';
import { withServers, type Servers } from './stage';

const calmPerSecond = 50;
const busyPerSecond = 200;
const seconds = 15;
const people = 2_000;

export function webhook(): Promise<Figures> {
  return withServers(measure);
}

async function measure(servers: Servers): Promise<Figures> {
  const server = startChild('webhook-server.ts', servers.env);
  try {
    await server.hear('ready');
    const url = `http://127.0.0.1:${servers.env['API_PORT']}`;
    const secret = servers.env['TELEGRAM_WEBHOOK_SECRET'] ?? '';
    const post = poster(url, secret);
    for (let i = 0; i < people / 4; i += 1) await post(i, '/start');
    const update = (i: number) => post(i, i % 4 === 0 ? '/balance' : 'a lighthouse');
    const health = await healthTimes(url);
    return {
      ...(await figures(update, calmPerSecond)),
      ...(await figures(update, busyPerSecond)),
      health_p50: { value: round(percentile(health, 0.5), 2), unit: 'ms', target: '< 5' },
    };
  } finally {
    await server.stop();
  }
}

async function figures(update: (i: number) => Promise<boolean>, perSecond: number) {
  const { times, refused } = await load(update, perSecond);
  const name = `webhook_${perSecond}_per_second`;
  return {
    [`${name}_p50`]: { value: round(percentile(times, 0.5)), unit: 'ms' },
    [`${name}_p99`]: { value: round(percentile(times, 0.99)), unit: 'ms', target: '< 50' },
    [`${name}_not_200`]: { value: refused, unit: 'answers', target: '0' },
  };
}

let lastUpdate = 1;

function poster(url: string, secret: string) {
  return async (i: number, text: string): Promise<boolean> => {
    lastUpdate += 1;
    const from = {
      id: 800_000 + (i % people),
      is_bot: false,
      first_name: 'P',
      language_code: 'en',
    };
    const message = {
      message_id: lastUpdate,
      date: Math.floor(Date.now() / 1000),
      chat: { id: from.id, type: 'private', first_name: 'P' },
      from,
      text,
      ...(text.startsWith('/')
        ? { entities: [{ type: 'bot_command', offset: 0, length: text.length }] }
        : {}),
    };
    const answer = await fetch(`${url}/telegram/webhook`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-telegram-bot-api-secret-token': secret,
      },
      body: JSON.stringify({ update_id: lastUpdate, message }),
    });
    await answer.arrayBuffer();
    return answer.status === 200;
  };
}

/** Sends at a constant rate, whether or not the answers keep up. */
async function load(post: (i: number) => Promise<boolean>, perSecond: number) {
  const times: number[] = [];
  let refused = 0;
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const due = began + (i * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    // Counted from when it was due: a late sender must not hide a slow server.
    pending.push(
      post(i)
        .catch(() => false)
        .then((ok) => {
          times.push(performance.now() - due);
          if (!ok) refused += 1;
        }),
    );
  }
  await Promise.all(pending);
  return { times, refused };
}

async function healthTimes(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const started = performance.now();
    await (await fetch(`${url}/health`)).arrayBuffer();
    times.push(performance.now() - started);
  }
  return times;
}
