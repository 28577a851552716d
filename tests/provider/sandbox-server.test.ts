import { mkdtemp, readFile, rm, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandboxProvider } from '../../src/sandbox/provider/server';
import type { Served } from '../../src/sandbox/providers/frame/http-server';
import { startCallbackReceiver, until, type CallbackReceiver, type Fault } from './stand-in';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
}

let dataDir: string;
let server: Served;
let receiver: CallbackReceiver;

const options = () => ({ port: 0, dataDir, speed: 50, callbackRetryMs: 10 });

const call = (path: string, init: RequestInit = {}, key = 'sandbox') =>
  fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${key}` } });

const submit = (change: Record<string, unknown> = {}) =>
  call('/v1/jobs', {
    method: 'POST',
    body: JSON.stringify({
      reference: 'r1',
      model: 'sandbox-image',
      mode: 'text',
      prompt: 'hills',
      ...change,
    }),
  });

const submitted = async (change: Record<string, unknown> = {}): Promise<Job> =>
  (await (await submit(change)).json()) as Job;

const look = async (id: string): Promise<Job> =>
  (await (await call(`/v1/jobs/${id}`)).json()) as Job;

const over = (id: string): Promise<Job> =>
  until(async () => {
    const job = await look(id);
    return ['queued', 'working'].includes(job.status) ? undefined : job;
  });

const fault = (...faults: Fault[]) =>
  call('/faults', { method: 'POST', body: JSON.stringify(faults) });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'easel-provider-'));
  server = await startSandboxProvider(options());
  receiver = await startCallbackReceiver();
});

afterEach(async () => {
  await server.close();
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('nothing is told or done without the right key', async () => {
  for (const path of ['/v1/jobs?reference=r1', '/v1/jobs/x', '/v1/outputs/x']) {
    expect((await call(path, {}, 'wrong')).status).toBe(401);
  }
  expect((await call('/v1/jobs', { method: 'POST', body: '{}' }, '')).status).toBe(401);
});

test.each([
  [{ reference: '' }],
  [{ mode: 'photo' }],
  [{ prompt: ' ' }],
  [{ options: { duration: '60' } }],
  [{ options: { aspectRatio: '2:1' } }],
  [{ callback_url: 'file:///etc/passwd' }],
])('a job that cannot be done is refused: %j', async (change) => {
  expect((await submit(change)).status).toBe(400);
});

test('a path outside the outputs is never read', async () => {
  for (const name of ['..%2fjobs.jsonl', '%2e%2e%2fjobs.jsonl', 'jobs.jsonl']) {
    expect((await call(`/v1/outputs/${name}`)).status).toBe(410);
  }
});

test('progress only grows and ends at a hundred', async () => {
  const { id } = await submitted();
  const seen: number[] = [];
  await until(async () => {
    const job = await look(id);
    seen.push(job.progress);
    return job.status === 'succeeded' ? job : undefined;
  });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(100);
});

test.each([
  ['sandbox:fail', 'failed'],
  ['Sandbox:FAIL please', 'failed'],
])('the magic word %s shows a person that ending', async (prompt, status) => {
  const { id } = await submitted({ prompt: `hills ${prompt}` });
  expect((await over(id)).status).toBe(status);
});

test('the magic word sandbox:refuse is refused and makes no job', async () => {
  expect((await submit({ prompt: 'sandbox:refuse' })).status).toBe(422);
  const found = await call('/v1/jobs?reference=r1');
  expect(await found.json()).toEqual({ jobs: [] });
});

test('the magic word sandbox:lose loses one answer and the repeated submit is answered', async () => {
  const prompt = 'hills sandbox:lose';
  await expect(submit({ prompt })).rejects.toThrow('fetch failed');
  expect((await submit({ prompt })).status).toBe(202);
});

test('a fault strikes as often as told and only what it matches', async () => {
  await fault({ at: 'submit', kind: 'status', status: 503, times: 2, match: { reference: 'r2' } });
  expect((await submit()).status).toBe(202);
  expect((await submit({ reference: 'r2' })).status).toBe(503);
  expect((await submit({ reference: 'r2' })).status).toBe(503);
  expect((await submit({ reference: 'r2' })).status).toBe(202);
  expect(await (await call('/faults')).json()).toEqual({ faults: [] });
});

test('a fault of an unknown kind is refused with the reason', async () => {
  const response = await call('/faults', { method: 'POST', body: '[{"at":"work","kind":"x"}]' });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('kind');
});

test('a callback is repeated until it gets a 2xx, and then no more', async () => {
  receiver.answerWith(500, 404, 204, 200);
  await submitted({ callback_url: receiver.url });
  await until(() => receiver.received[2]);
  await server.close();
  server = await startSandboxProvider(options());
  await submitted({ reference: 'r2', callback_url: receiver.url });
  await until(() => receiver.received[3]);
  const references = receiver.received.map(
    ({ rawBody }) => (JSON.parse(rawBody.toString()) as { reference: string }).reference,
  );
  expect(references).toEqual(['r1', 'r1', 'r1', 'r2']);
});

test('a callback that was never answered is sent after a restart', async () => {
  await fault({ at: 'callback', kind: 'fail', times: 1_000 });
  const { id } = await submitted({ callback_url: receiver.url });
  await over(id);
  await server.close();
  expect(receiver.received).toEqual([]);
  server = await startSandboxProvider(options());
  const first = await until(() => receiver.received[0]);
  expect(JSON.parse(first.rawBody.toString())).toMatchObject({ id, status: 'succeeded' });
});

test('a callback can be sent twice on demand', async () => {
  await fault({ at: 'callback', kind: 'duplicate' });
  await submitted({ callback_url: receiver.url });
  const [first, second] = await until(() =>
    receiver.received.length > 1 ? receiver.received : undefined,
  );
  expect(second?.rawBody).toEqual(first?.rawBody);
});

test('half a line at the end of the journal is as if never written', async () => {
  const { id } = await submitted();
  await over(id);
  await server.close();
  const file = join(dataDir, 'jobs.jsonl');
  const kept = await readFile(file, 'utf8');
  await appendFile(file, kept.split('\n')[0]?.slice(0, 40) ?? '');
  server = await startSandboxProvider(options());
  expect((await look(id)).status).toBe('succeeded');
  expect((await submit({ reference: 'r2' })).status).toBe(202);
});

test('the server answers at once while pictures are being made', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 4 }, (_, at) => submitted({ reference: `busy${at}`, prompt: 'marble' })),
  );
  const watch = { isOver: false };
  const done = Promise.all(jobs.map(({ id }) => over(id))).then(() => {
    watch.isOver = true;
  });
  let answers = 0;
  while (!watch.isOver) {
    expect((await call('/health')).status).toBe(200);
    answers += 1;
  }
  await done;
  // A picture made in one go would let a question through only between two pictures.
  expect(answers).toBeGreaterThan(40);
});
