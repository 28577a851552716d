import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comfyui } from '../../src/providers/comfyui';
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import { failureOf, makeReady } from './contract-room';

const folder = mkdtempSync(join(tmpdir(), 'easel-comfyui-'));
afterAll(() => rmSync(folder, { recursive: true }));

const job: ProviderJob = {
  reference: '0198c0de-0000-7000-8000-000000000001',
  kind: 'image',
  mode: 'text',
  providerModel: 'default',
  prompt: 'hills "at" 50%prompt%',
  inputs: [],
  options: { size: '832x1216' },
};
const url = 'http://127.0.0.1:8188';

function answering(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const asked: { url: string; method: string; body: string; type: string }[] = [];
  const http: HttpClient = async (address, init) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, {}];
    asked.push({
      url: String(address),
      method: init?.method ?? 'GET',
      body: init?.body === undefined ? '' : Buffer.from(init.body as Buffer).toString('latin1'),
      type: new Headers(init?.headers).get('content-type') ?? '',
    });
    return new Response(JSON.stringify(body), { status });
  };
  return { http, asked };
}

const connect = (http: HttpClient, env: Record<string, string> = {}) =>
  makeReady(comfyui, { COMFYUI_URL: url, ...env }, http);

interface Sent {
  readonly prompt_id: string;
  readonly prompt: Record<string, { class_type: string; inputs: Record<string, unknown> }>;
}

async function sent(change: Partial<ProviderJob> = {}, env: Record<string, string> = {}) {
  const upload = [200, { name: 'kept.jpg', subfolder: 'easel', type: 'input' }] as const;
  const accepted = [200, { prompt_id: 'p', number: 1, node_errors: {} }] as const;
  const { inputs = [] } = change;
  const { http, asked } = answering(...inputs.map(() => upload), accepted);
  await connect(http, env).submit({ ...job, ...change });
  return { asked, body: JSON.parse(asked.at(-1)?.body ?? '') as Sent };
}

const error = (type: string, nodes: unknown = {}) => ({
  error: { type, message: 'm', details: '', extra_info: {} },
  node_errors: nodes,
});
const node = (type: string, details: string) => ({
  '1': { errors: [{ type, message: '', details }] },
});

describe('what ComfyUI answers to a submit', () => {
  test.each([
    [400, error('prompt_no_outputs'), 'invalid'],
    [
      400,
      error(
        'prompt_outputs_failed_validation',
        node('value_not_in_list', "ckpt_name: 'x' not in []"),
      ),
      'retired',
    ],
    [
      400,
      error(
        'prompt_outputs_failed_validation',
        node('value_not_in_list', "unet_name: 'x' not in []"),
      ),
      'retired',
    ],
    [
      400,
      error('prompt_outputs_failed_validation', node('value_not_in_list', "sampler_name: 'x'")),
      'invalid',
    ],
    [400, error('nsfw_prompt'), 'blocked'],
    [401, '', 'auth'],
    [402, '', 'quota'],
    [404, '', 'no-output'],
    [413, '', 'invalid'],
    [429, '', 'rate-limited'],
    [500, error('exception'), 'unknown'],
    [502, '', 'unknown'],
    [503, '', 'transient'],
    [200, { number: 1 }, 'unknown'],
  ])('HTTP %d with %j is %s', async (status, body, failure) => {
    const { http, asked } = answering([status, body]);
    expect((await failureOf(connect(http).submit(job))).failure).toBe(failure);
    expect(asked).toHaveLength(1);
  });

  test('an upload that got lost started nothing, so it may be tried again', async () => {
    const { http } = answering([502, '']);
    const photo = { ...job, inputs: [{ mediaType: 'image/png', bytes: Buffer.from('x') }] };
    expect((await failureOf(connect(http).submit(photo))).failure).toBe('transient');
  });
});

describe('what ComfyUI is asked', () => {
  test('the built-in graph with words, size, seed and the checkpoint of the settings', async () => {
    const { body, asked } = await sent({}, { COMFYUI_CHECKPOINT: 'mine.safetensors' });
    expect(asked.map(({ method, url: address }) => `${method} ${address}`)).toEqual([
      `POST ${url}/prompt`,
    ]);
    expect(body.prompt_id).toBe(job.reference);
    const inputsOf = (id: string) => body.prompt[id]?.inputs;
    expect(inputsOf('1')).toEqual({ ckpt_name: 'mine.safetensors' });
    expect(inputsOf('2')).toMatchObject({ text: job.prompt });
    expect(inputsOf('7')).toEqual({ width: 832, height: 1216, batch_size: 1 });
    expect(inputsOf('4')).toMatchObject({ seed: expect.any(Number) as number, denoise: 1 });
    expect((await sent()).body.prompt['4']).toEqual(body.prompt['4']);
  });

  test('a photo is uploaded first and named in the graph', async () => {
    const bytes = Buffer.from('bytes of a photo');
    const { body, asked } = await sent({
      mode: 'photo',
      inputs: [{ mediaType: 'image/png', bytes }],
    });
    expect(asked[0]).toMatchObject({ url: `${url}/upload/image`, method: 'POST' });
    expect(asked[0]?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked[0]?.body).toContain('bytes of a photo');
    expect(body.prompt['7']).toEqual({
      class_type: 'LoadImage',
      inputs: { image: 'easel/kept.jpg' },
    });
  });

  test('a workflow of one’s own is filled where it has places', async () => {
    const path = join(folder, 'mine.json');
    const graph = {
      '3': {
        class_type: 'Mine',
        inputs: { text: 'oil, %prompt%', seed: '%seed%', keep: '%other%' },
      },
    };
    writeFileSync(path, JSON.stringify(graph));
    const { body } = await sent({ prompt: 'hills' }, { COMFYUI_WORKFLOW_FILE: path });
    expect(body.prompt).toEqual({
      '3': {
        class_type: 'Mine',
        inputs: { text: 'oil, hills', seed: expect.any(Number) as number, keep: '%other%' },
      },
    });
  });

  test('a reference that is no UUID becomes one, the same each time', async () => {
    const one = (await sent({ reference: 'g-1' })).body.prompt_id;
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await sent({ reference: 'g-1' })).body.prompt_id).toBe(one);
    expect((await sent({ reference: 'g-2' })).body.prompt_id).not.toBe(one);
  });
});

test('a workflow saved for the editor, or none at all, is refused at the start', () => {
  const path = join(folder, 'editor.json');
  writeFileSync(path, JSON.stringify({ nodes: [], links: [], version: 0.4 }));
  for (const file of [path, join(folder, 'no such file')]) {
    const env = { COMFYUI_URL: url, COMFYUI_WORKFLOW_FILE: file };
    expect(() => createProviders(env, fetch, [comfyui])).toThrow(
      /COMFYUI_WORKFLOW_FILE.*API format/,
    );
  }
});

test('only our own running job is interrupted, and a waiting one is taken off the queue', async () => {
  const entry = (id: string) => [0, id, {}, {}, []];
  const stop = async (running: string, pending: string) => {
    const queue = { queue_running: [entry(running)], queue_pending: [entry(pending)] };
    const { http, asked } = answering([200, queue], [200, '']);
    await connect(http).cancel?.('ours');
    return asked.slice(1).map(({ url: address, body }) => [address.slice(url.length), body]);
  };
  expect(await stop('ours', 'theirs')).toEqual([['/interrupt', '{"prompt_id":"ours"}']]);
  expect(await stop('theirs', 'ours')).toEqual([['/queue', '{"delete":["ours"]}']]);
  expect(await stop('theirs', 'theirs too')).toEqual([]);
});

test('previews of a workflow are left out', async () => {
  const images = [{ filename: 'a.png', subfolder: '', type: 'temp' }];
  const history = { p: { outputs: { '9': { images } }, status: { status_str: 'success' } } };
  const { http } = answering([200, history]);
  expect(await connect(http).collect('p')).toMatchObject({
    status: 'failed',
    failure: 'no-output',
  });
});
