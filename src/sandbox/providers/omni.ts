/**
 * Gemini Omni: films by the Interactions API, at the Gemini API (API key, films as files) and at
 * Vertex (service account, films inline).
 */
import { z } from 'zod';
import type { Fault } from '../provider/faults';
import { isOver, type SandboxJob } from '../provider/job';
import { googleError, googleRefusal, modelGone } from './google-answers';
import { createTokenOffice, keyOrTokenGuard, type KnownAccount } from './google-auth';
import { json, jsonBody, type Answer, type Route, type Served } from './frame/http-server';
import { answerOutput, requestOf, submit, type Order } from './frame/jobs';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';

export interface OmniStandInOptions extends StandInOptions {
  readonly apiKey: string;
  readonly account: KnownAccount;
}

const models = ['gemini-omni-1.1-flash'];

const contentSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({
    type: z.literal('image'),
    data: z.base64().min(1),
    mime_type: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  }),
  z.strictObject({
    type: z.literal('video'),
    data: z.base64().min(1),
    mime_type: z.literal('video/mp4'),
  }),
]);
const wholeSchema = z.strictObject({
  model: z.string(),
  input: z.array(contentSchema).min(1),
  response_format: z.strictObject({
    type: z.literal('video'),
    aspect_ratio: z.enum(['16:9', '9:16']).optional(),
    resolution: z.enum(['360p', '720p', '1080p', '4k']).optional(),
    duration: z
      .string()
      .regex(/^([3-9]|1[0-5])s$/)
      .optional(),
    delivery: z.enum(['inline', 'uri']),
  }),
  generation_config: z.strictObject({
    video_config: z.strictObject({
      task: z.enum(['text_to_video', 'image_to_video', 'reference_to_video', 'edit']),
    }),
  }),
  background: z.literal(true),
  store: z.literal(true),
});
// An edit has exactly one film, whose length and shape it keeps; nothing else has any.
const requestSchema = wholeSchema.refine(({ input, response_format: format, ...rest }) => {
  const films = input.filter(({ type }) => type === 'video').length;
  const isEdit = rest.generation_config.video_config.task === 'edit';
  const isFree = format.duration === undefined && format.aspect_ratio === undefined;
  return isEdit ? films === 1 && isFree : films === 0;
}, 'the task does not go with its input and format');
type Request = z.infer<typeof requestSchema>;

const prefix = String.raw`^\/(?:v1beta|v1beta1\/projects\/[^/]+\/locations\/[^/]+)\/interactions`;

function orderOf({ model, input, response_format: format }: Request): Order {
  return {
    kind: 'video',
    model,
    prompt: input.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    inputs: input.flatMap((part) =>
      part.type === 'text' ? [] : [Buffer.from(part.data, 'base64')],
    ),
    isRemake: input.some(({ type }) => type === 'video'),
    aspect: format.aspect_ratio,
    seconds: format.duration === undefined ? undefined : Number(format.duration.slice(0, -1)),
    notes: { delivery: format.delivery },
  };
}

function refusal(fault: Fault): Answer | undefined {
  if (fault.kind !== 'refuse') return googleRefusal(fault);
  if (fault.at !== 'submit') return googleError(404, 'Not found.');
  return googleError(400, 'The prompt violates our usage guidelines. Support codes: 61493863');
}

async function videoOf(frame: Frame, job: SandboxJob, base: string): Promise<object> {
  const made = await frame.firstOutput(job);
  const type = { type: 'video', mime_type: 'video/mp4' };
  if (job.request.notes?.['delivery'] === 'inline') {
    return { ...type, data: made?.bytes.toString('base64') };
  }
  return { ...type, uri: `${base}/v1beta/files/${job.outputs[0]?.name ?? ''}` };
}

async function viewOf(frame: Frame, job: SandboxJob, base: string): Promise<object> {
  const view = { id: job.id, object: 'interaction', model: job.request.model };
  if (!isOver(job)) return { ...view, status: 'in_progress' };
  if (job.status === 'cancelled') return { ...view, status: 'cancelled' };
  if (job.failure?.code === 'content_refused') {
    const error = { code: 'content_blocked', message: 'The video was blocked by safety filters.' };
    return { ...view, status: 'failed', errors: [error] };
  }
  if (job.failure !== undefined) {
    const error = { code: 'internal', message: 'Something broke.' };
    return { ...view, status: 'failed', errors: [error] };
  }
  const content = job.outputs.length === 0 ? [] : [await videoOf(frame, job, base)];
  const steps = [
    { type: 'user_input', content: [{ type: 'text', text: job.request.prompt }] },
    { type: 'thought', signature: 'c2lnbmF0dXJl' },
    { type: 'model_output', content },
  ];
  return { ...view, status: 'completed', steps };
}

function createRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: new RegExp(`${prefix}$`),
    async answer(call) {
      const parsed = requestSchema.safeParse(jsonBody(call));
      if (!parsed.success) return googleError(400, z.prettifyError(parsed.error));
      if (!models.includes(parsed.data.model)) return modelGone(parsed.data.model);
      return submit(frame, requestOf(orderOf(parsed.data)), async (job) =>
        json(await viewOf(frame, { ...job, status: 'working' }, call.base)),
      );
    },
  };
}

function jobRoutes(frame: Frame): Route[] {
  const missing = googleError(404, 'Interaction not found.');
  return [
    {
      method: 'GET',
      path: new RegExp(`${prefix}\\/([^/]+)$`),
      async answer({ names: [id = ''], base }) {
        const job = frame.store.byId(id);
        if (job === undefined) return missing;
        return frame.step('status', job.request, async () =>
          json(await viewOf(frame, frame.store.byId(id) ?? job, base)),
        );
      },
    },
    {
      method: 'POST',
      path: new RegExp(`${prefix}\\/([^/]+)\\/cancel$`),
      async answer({ names: [id = ''], base }) {
        const job = frame.store.byId(id);
        if (job === undefined) return missing;
        if (isOver(job)) return googleError(400, 'The interaction is not running.');
        return json(await viewOf(frame, await frame.runner.cancel(id), base));
      },
    },
    {
      method: 'GET',
      path: /^\/v1beta\/files\/([^/:]+):download$/,
      async answer({ names: [name = ''], query }) {
        const gone = googleError(404, 'Requested entity was not found.');
        return query.get('alt') === 'media' ? answerOutput(frame, name, gone) : gone;
      },
    },
  ];
}

/** Its addresses and its words, for who serves it beside others. */
export const omniApi = {
  refusal,
  routes: (frame: Frame): readonly Route[] => [createRoute(frame), ...jobRoutes(frame)],
};

export function startOmniStandIn(options: OmniStandInOptions): Promise<Served> {
  const office = createTokenOffice(options.account);
  return startStandIn(
    {
      authorize: keyOrTokenGuard(office, options),
      refusal: omniApi.refusal,
      problem: googleError,
      routes: (frame) => [office.route, ...omniApi.routes(frame)],
    },
    options,
  );
}
