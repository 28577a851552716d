/**
 * ComfyUI: a graph of nodes to a queue, results in a history, pictures uploaded and viewed by name.
 * The caller chooses the id of a job; a second one with the same id is another job.
 */
import { z } from 'zod';
import type { Fault } from '../provider/faults';
import { isOver, type SandboxJob } from '../provider/job';
import { secondsOf } from './frame/fault-step';
import {
  json,
  jsonBody,
  type Answer,
  type Call,
  type Route,
  type Served,
} from './frame/http-server';
import { answerOutput, requestOf, submit } from './frame/jobs';
import { multipartOf } from './frame/multipart';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';

export interface ComfyUiStandInOptions extends StandInOptions {
  /** What the proxy before it asks for; nothing is asked when left out, as by ComfyUI itself. */
  readonly token?: string;
  /** Checkpoints on its disk. */
  readonly checkpoints: readonly string[];
}

function problem(status: number, message: string): Answer {
  const error = { type: `http_${status}`, message, details: '', extra_info: {} };
  return json({ error, node_errors: {} }, status);
}

function refusal(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    // By a node that somebody added; ComfyUI has no rules of its own.
    case 'refuse': {
      if (fault.at === 'output') return problem(404, 'gone');
      const error = { type: 'nsfw_prompt', message: 'Refused by a safety node', details: '' };
      return json({ error, node_errors: {} }, 400);
    }
    case 'fail':
      return problem(500, 'Internal Server Error');
    case 'status':
      return problem(fault.status ?? 503, 'ordered by a fault');
    case 'billing':
      return problem(402, 'Payment Required: please add credits to your account');
    case 'retired':
      return unknownCheckpoint('the-model', []);
    case 'retry-after': {
      const headers = { 'retry-after': String(secondsOf(fault)) };
      return { kind: 'json', status: 429, body: 'Too Many Requests', headers };
    }
    default:
      return undefined;
  }
}

function unknownCheckpoint(name: string, known: readonly string[]): Answer {
  const error = {
    type: 'prompt_outputs_failed_validation',
    message: 'Prompt outputs failed validation',
    details: '',
    extra_info: {},
  };
  const details = `ckpt_name: '${name}' not in ${JSON.stringify(known)}`;
  const errors = [{ type: 'value_not_in_list', message: 'Value not in list', details }];
  const node = { errors, dependent_outputs: ['6'], class_type: 'CheckpointLoaderSimple' };
  return json({ error, node_errors: { '1': node } }, 400);
}

const link = z.tuple([z.string(), z.number()]);
const nodeSchema = z.looseObject({
  class_type: z.string(),
  inputs: z.looseObject({
    ckpt_name: z.string().optional(),
    text: z.string().or(link).optional(),
    image: z.string().or(link).optional(),
    positive: link.optional(),
    seed: z.number().int().nonnegative().optional(),
    width: z.number().int().optional(),
    height: z.number().int().optional(),
  }),
});
const orderSchema = z.object({
  prompt: z.record(z.string(), nodeSchema),
  client_id: z.string().optional(),
  prompt_id: z.uuid(),
});
type Order = z.infer<typeof orderSchema>;
type Inputs = z.infer<typeof nodeSchema>['inputs'];

const valueOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the graph asks for, read as its nodes would. */
function wishOf({ prompt: graph }: Order) {
  const nodes = Object.values(graph);
  const find = (kind: string): Inputs =>
    nodes.find((node) => node.class_type === kind)?.inputs ?? {};
  const { positive: [words] = [''], seed } = find('KSampler');
  const { width, height } = find('EmptyLatentImage');
  return {
    checkpoint: valueOf(find('CheckpointLoaderSimple').ckpt_name),
    prompt: valueOf(graph[words]?.inputs.text),
    image: valueOf(find('LoadImage').image),
    aspect: width === undefined ? undefined : `${width}x${height ?? width}`,
    variation: String(seed),
  };
}

function entryOf({ outputs, failure, status }: SandboxJob): Record<string, unknown> {
  const images = outputs.map(({ name }) => ({ filename: name, subfolder: '', type: 'output' }));
  const said = failure?.code === 'content_refused' ? 'NSFW content detected' : 'CUDA error';
  const messages =
    status === 'cancelled'
      ? [['execution_interrupted', {}]]
      : failure === undefined
        ? [['execution_success', {}]]
        : [['execution_error', { node_id: '4', exception_message: said }]];
  return {
    outputs: images.length === 0 ? {} : { '6': { images } },
    status: {
      status_str: status === 'succeeded' ? 'success' : 'error',
      completed: status === 'succeeded',
      messages,
    },
  };
}

/** The newest job of that id. */
function jobOf(frame: Frame, promptId: string): SandboxJob | undefined {
  return frame.store
    .all()
    .filter(({ request }) => request.notes?.['promptId'] === promptId)
    .at(-1);
}

function promptRoute(frame: Frame, options: ComfyUiStandInOptions, uploads: Uploads): Route {
  return {
    method: 'POST',
    path: /^\/prompt$/,
    async answer(call) {
      const parsed = orderSchema.safeParse(jsonBody(call));
      if (!parsed.success) return problem(400, z.prettifyError(parsed.error));
      const wish = wishOf(parsed.data);
      if (!options.checkpoints.includes(wish.checkpoint)) {
        return unknownCheckpoint(wish.checkpoint, options.checkpoints);
      }
      const photo = uploads.get(wish.image);
      if (wish.image !== '' && photo === undefined) return problem(400, 'Invalid image file');
      const request = requestOf({
        kind: 'image',
        model: wish.checkpoint,
        prompt: wish.prompt,
        inputs: photo === undefined ? [] : [photo],
        aspect: wish.aspect,
        variation: wish.variation,
        notes: { promptId: parsed.data.prompt_id },
      });
      return submit(frame, request, () =>
        json({ prompt_id: parsed.data.prompt_id, number: 1, node_errors: {} }),
      );
    },
  };
}

type Uploads = Map<string, Buffer>;

const uploadRoute = (uploads: Uploads): Route => ({
  method: 'POST',
  path: /^\/upload\/image$/,
  async answer(call) {
    const form = await multipartOf(call);
    const file = form?.files.find(({ field }) => field === 'image');
    if (form === undefined || file === undefined) return problem(400, 'no image');
    const subfolder = form.fields['subfolder'] ?? '';
    uploads.set(subfolder === '' ? file.filename : `${subfolder}/${file.filename}`, file.bytes);
    return json({ name: file.filename, subfolder, type: 'input' });
  },
});

function askRoutes(frame: Frame): readonly Route[] {
  const inQueue = (status: SandboxJob['status']) =>
    frame.store
      .all()
      .filter((job) => job.status === status)
      .map(({ request }, index) => [index, request.notes?.['promptId'] ?? '', {}, {}, ['6']]);
  return [
    {
      method: 'GET',
      path: /^\/history\/([^/]+)$/,
      async answer({ names: [id = ''] }) {
        const job = jobOf(frame, id);
        if (job === undefined) return json({});
        return frame.step('status', job.request, () => {
          const now = frame.store.byId(job.id) ?? job;
          return json(isOver(now) ? { [id]: entryOf(now) } : {});
        });
      },
    },
    {
      method: 'GET',
      path: /^\/queue$/,
      answer: async () =>
        json({ queue_running: inQueue('working'), queue_pending: inQueue('queued') }),
    },
    {
      method: 'GET',
      path: /^\/view$/,
      answer: ({ query }) =>
        answerOutput(frame, query.get('filename') ?? '', problem(404, 'Not found')),
    },
  ];
}

function stopRoutes(frame: Frame): readonly Route[] {
  async function stop(id: string, status: SandboxJob['status']): Promise<void> {
    const job = jobOf(frame, id);
    if (job?.status === status) await frame.runner.cancel(job.id);
  }
  return [
    {
      method: 'POST',
      path: /^\/interrupt$/,
      async answer(call) {
        const { data } = z.object({ prompt_id: z.string() }).safeParse(jsonBody(call));
        await stop(data?.prompt_id ?? '', 'working');
        return { kind: 'json', status: 200, body: '' };
      },
    },
    {
      method: 'POST',
      path: /^\/queue$/,
      async answer(call) {
        const { data } = z.object({ delete: z.array(z.string()) }).safeParse(jsonBody(call));
        for (const id of data?.delete ?? []) await stop(id, 'queued');
        return { kind: 'json', status: 200, body: '' };
      },
    },
  ];
}

export function startComfyUiStandIn(options: ComfyUiStandInOptions): Promise<Served> {
  const uploads: Uploads = new Map();
  function authorize({ headers }: Call): Answer | undefined {
    const isKnown =
      options.token === undefined || headers.authorization === `Bearer ${options.token}`;
    return isKnown ? undefined : { kind: 'json', status: 401, body: '<html>401</html>' };
  }
  return startStandIn(
    {
      authorize,
      refusal,
      problem,
      routes: (frame) => [
        promptRoute(frame, options, uploads),
        uploadRoute(uploads),
        ...askRoutes(frame),
        ...stopRoutes(frame),
      ],
    },
    options,
  );
}
