import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fill, photoWorkflow, readWorkflow, textWorkflow } from './comfyui-workflow';
import {
  defineProvider,
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderFailureClass,
  type ProviderJob,
  type ProviderOutput,
  type ProviderState,
} from './provider';
import { createProviderClient, type ProviderClient } from './provider-client';

const submitTimeoutMs = 30_000;
const askTimeoutMs = 15_000;
const askAgainMs = 2_000;

const workflowFile = () =>
  z
    .string()
    .refine((path) => readWorkflow(path) !== undefined, 'must name a workflow in API format')
    .optional();

const settingsSchema = z.object({
  COMFYUI_URL: z
    .url({ protocol: /^https?$/ })
    .describe('Address of your ComfyUI, for example http://127.0.0.1:8188.'),
  COMFYUI_TOKEN: z
    .string()
    .min(1)
    .describe(
      'Sent as "Authorization: Bearer"; ComfyUI itself asks for none, a proxy before it may.',
    )
    .optional(),
  COMFYUI_CHECKPOINT: z
    .string()
    .min(1)
    .describe('File name of the checkpoint that paints.')
    .default('sd_xl_base_1.0.safetensors'),
  COMFYUI_WORKFLOW_FILE: workflowFile().describe(
    'JSON file of a workflow in API format for jobs from words; a simple one is built in.',
  ),
  COMFYUI_PHOTO_WORKFLOW_FILE: workflowFile().describe('The same for jobs with photos.'),
});

const nodeErrors = z.record(
  z.string(),
  z.object({ errors: z.array(z.object({ type: z.string(), details: z.string().nullish() })) }),
);
const refusalSchema = z.object({
  error: z.object({ type: z.string(), message: z.string().default('') }),
  node_errors: nodeErrors.or(z.array(z.unknown())).optional(),
});

/** ComfyUI has no rules for content; nodes that people add have, and say so in words of their own. */
const soundsBlocked = (said: string): boolean =>
  /nsfw|safety|moderat|content.?policy|inappropriate/i.test(said);

/** A model that is not on its disk is told as a value that is not on the list of a loader node. */
function classify(body: unknown): ProviderFailureClass | undefined {
  const refusal = refusalSchema.safeParse(body).data;
  if (refusal === undefined) return undefined;
  const { error, node_errors: nodes = [] } = refusal;
  if (soundsBlocked(`${error.type} ${error.message}`)) return 'blocked';
  const problems = Array.isArray(nodes) ? [] : Object.values(nodes).flatMap(({ errors }) => errors);
  const isGone = problems.some(
    ({ type, details }) =>
      type === 'value_not_in_list' && /^(ckpt|unet|model)_name/.test(details ?? ''),
  );
  return isGone ? 'retired' : undefined;
}

const acceptedSchema = z.object({ prompt_id: z.string().min(1) });
const uploadedSchema = z.object({ name: z.string().min(1), subfolder: z.string().default('') });
const queued = z.array(z.tuple([z.unknown(), z.string()], z.unknown()));
const queueSchema = z.object({ queue_running: queued, queue_pending: queued });
const fileSchema = z.object({
  filename: z.string(),
  subfolder: z.string().default(''),
  type: z.string().default('output'),
});
const files = z.array(fileSchema).default([]);
const entrySchema = z.object({
  outputs: z
    .record(z.string(), z.object({ images: files, gifs: files, videos: files }))
    .default({}),
  status: z
    .object({
      status_str: z.string().default(''),
      messages: z.array(z.tuple([z.string(), z.unknown()])).default([]),
    })
    .nullish(),
});
const historySchema = z.record(z.string(), entrySchema);
type Entry = z.infer<typeof entrySchema>;

const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  mp4: 'video/mp4',
};

/** ComfyUI wants a UUID; ours are, and whatever else comes is made one, always the same. */
function promptIdOf(reference: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(reference)) return reference;
  const hex = createHash('sha256').update(reference).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

const ask = { timeoutMs: askTimeoutMs, lostMeans: 'transient' } as const;

async function upload(client: ProviderClient, job: ProviderJob): Promise<readonly string[]> {
  const names: string[] = [];
  for (const [index, { mediaType, bytes }] of job.inputs.entries()) {
    const form = new FormData();
    const name = `${promptIdOf(job.reference)}-${index}.${mediaType.split('/')[1] ?? 'bin'}`;
    form.append('image', new Blob([new Uint8Array(bytes)], { type: mediaType }), name);
    form.append('subfolder', 'easel');
    form.append('overwrite', 'true');
    const { name: kept, subfolder } = await client.json(uploadedSchema, {
      ...ask,
      path: '/upload/image',
      form,
    });
    names.push(subfolder === '' ? kept : `${subfolder}/${kept}`);
  }
  return names;
}

/** Results; where a workflow also shows previews, these are left out. */
function resultsOf({ outputs }: Entry): readonly z.infer<typeof fileSchema>[] {
  const all = Object.values(outputs).flatMap(({ images, gifs, videos }) => [
    ...images,
    ...gifs,
    ...videos,
  ]);
  return all.filter(({ type }) => type === 'output');
}

function failed({ status }: Entry): Extract<ProviderState, { status: 'failed' }> {
  const said = JSON.stringify(
    status?.messages.filter(([kind]) => kind === 'execution_error') ?? [],
  );
  const failure = soundsBlocked(said) ? 'blocked' : 'no-output';
  return { status: 'failed', failure, detail: 'the workflow ended without a result' };
}

function download(
  client: ProviderClient,
  file: z.infer<typeof fileSchema>,
): Promise<ProviderOutput> {
  const mediaType = mediaTypes[file.filename.split('.').at(-1)?.toLowerCase() ?? ''];
  if (mediaType === undefined) throw new ProviderError('no-output', 'the result is no media');
  return client.download(`/view?${new URLSearchParams(file).toString()}`, mediaType);
}

/** Where a job is: in the queue, in the history, or nowhere. */
function questionsFor(client: ProviderClient) {
  async function entryOf(id: string): Promise<Entry | undefined> {
    const path = `/history/${encodeURIComponent(id)}`;
    return (await client.json(historySchema, { ...ask, path }))[id];
  }

  async function placeOf(id: string): Promise<'running' | 'pending' | undefined> {
    const queue = await client.json(queueSchema, { ...ask, path: '/queue' });
    if (queue.queue_running.some(([, each]) => each === id)) return 'running';
    return queue.queue_pending.some(([, each]) => each === id) ? 'pending' : undefined;
  }

  /** A job may move from the queue to the history between the two questions. */
  async function find(id: string): Promise<Entry | 'running' | 'pending' | undefined> {
    return (await entryOf(id)) ?? (await placeOf(id)) ?? entryOf(id);
  }

  return { placeOf, find };
}

function create(settings: z.infer<typeof settingsSchema>, http: HttpClient): Provider {
  const { COMFYUI_URL: url, COMFYUI_TOKEN: token, COMFYUI_CHECKPOINT: checkpoint } = settings;
  const client = createProviderClient({
    base: new URL(url),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    http,
    classify,
  });
  const text = readWorkflow(settings.COMFYUI_WORKFLOW_FILE ?? '') ?? textWorkflow;
  const photo = readWorkflow(settings.COMFYUI_PHOTO_WORKFLOW_FILE ?? '') ?? photoWorkflow;

  const { placeOf, find } = questionsFor(client);

  return {
    async submit(job) {
      const images = await upload(client, job);
      const model = job.providerModel === 'default' ? checkpoint : job.providerModel;
      const { prompt_id: providerJobId } = await client.json(acceptedSchema, {
        path: '/prompt',
        body: {
          prompt: fill(images.length === 0 ? text : photo, { job, model, images }),
          client_id: 'easel',
          prompt_id: promptIdOf(job.reference),
        },
        timeoutMs: submitTimeoutMs,
        lostMeans: 'unknown',
      });
      return { providerJobId };
    },
    async collect(providerJobId) {
      const found = await find(providerJobId);
      // It forgets its queue when it is restarted.
      if (found === undefined) throw new ProviderError('no-output', 'no such job');
      if (found === 'pending') return { status: 'working', progress: 10, askAgainMs };
      if (found === 'running') return { status: 'working', progress: 50, askAgainMs };
      const results = resultsOf(found);
      if (found.status?.status_str === 'error' || results.length === 0) return failed(found);
      const outputs = await Promise.all(results.map((file) => download(client, file)));
      return { status: 'done', outputs };
    },
    async findByReference(reference) {
      const providerJobId = promptIdOf(reference);
      return (await find(providerJobId)) === undefined ? undefined : { providerJobId };
    },
    async cancel(providerJobId) {
      const place = await placeOf(providerJobId);
      // Older ones interrupt whatever is running, so only a running job of ours may be interrupted.
      if (place === 'running') {
        const body = { prompt_id: providerJobId };
        await client.json(z.unknown(), { ...ask, path: '/interrupt', body });
      } else if (place === 'pending') {
        await client.json(z.unknown(), {
          ...ask,
          path: '/queue',
          body: { delete: [providerJobId] },
        });
      }
    },
  };
}

/** ComfyUI on one's own machine, with any workflow. It dedupes nothing, but takes an id of ours. */
export const comfyui = defineProvider({
  id: 'comfyui',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: false,
  // It has a queue of its own; one more than works keeps the graphics card busy.
  concurrencyMax: 2,
  models: [
    {
      slug: 'comfyui-image',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'default',
      options: { size: ['1024x1024', '832x1216', '1216x832'] },
      priceTokens: 1n,
      name: { en: 'Workshop', ru: 'Мастерская' },
      description: {
        en: 'Paints on our own machine by a workflow of our own: private and cheap.',
        ru: 'Рисует на нашем сервере по собственной схеме: приватно и дёшево.',
      },
    },
  ],
  create,
});
