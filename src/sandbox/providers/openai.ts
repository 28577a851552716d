/**
 * OpenAI's images: generations as JSON, edits as multipart. The picture comes with the answer, as
 * base64; there is nothing to ask, to list or to cancel. Beside them the moderation model.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import sharp from 'sharp';
import { z } from 'zod';
import type { Fault } from '../provider/faults';
import type { SandboxJob } from '../provider/job';
import { secondsOf } from './frame/fault-step';
import {
  json,
  jsonBody,
  type Answer,
  type Call,
  type Route,
  type Served,
} from './frame/http-server';
import { finished, requestOf, submit } from './frame/jobs';
import { multipartOf } from './frame/multipart';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';
import { moderationRoute } from './openai-moderation';

export interface OpenAiStandInOptions extends StandInOptions {
  readonly apiKey: string;
  /** Models it has; others are answered as unknown. */
  readonly models: readonly string[];
}

function openAiError(
  status: number,
  message: string,
  { code = null, type = 'invalid_request_error' }: { code?: string | null; type?: string } = {},
): Answer {
  return json({ error: { message, type, param: null, code } }, status);
}

function problem(status: number, message: string): Answer {
  return openAiError(status, message);
}

function blocked(): Answer {
  const message = 'Your request was rejected by the safety system. safety_violations=[sexual].';
  const error = {
    message,
    type: 'image_generation_user_error',
    param: null,
    code: 'moderation_blocked',
    moderation_details: { moderation_stage: 'input', categories: ['sexual'] },
  };
  return json({ error }, 400);
}

function failed(): Answer {
  const message = 'The server had an error while processing your request. Sorry about that!';
  return openAiError(500, message, { type: 'server_error' });
}

function unknownModel(model: string): Answer {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return openAiError(404, message, { code: 'model_not_found' });
}

function byStatus(status: number): Answer {
  // What stands before OpenAI's servers answers in HTML.
  if (status === 502) {
    const headers = { 'content-type': 'text/html' };
    return { kind: 'json', status, body: '<html><title>502</title></html>', headers };
  }
  const code = status === 401 ? 'invalid_api_key' : null;
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return openAiError(status, 'ordered by a fault', { code, type });
}

function refusal(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'refuse':
      return blocked();
    case 'fail':
      return failed();
    case 'status':
      return byStatus(fault.status ?? 503);
    case 'retired':
      return unknownModel('the-model');
    case 'billing':
      return openAiError(429, 'You exceeded your current quota, please check your plan.', {
        code: 'insufficient_quota',
        type: 'insufficient_quota',
      });
    case 'retry-after': {
      const error = { message: 'Rate limit exceeded for images per minute.', type: 'requests' };
      const headers = { 'retry-after': String(secondsOf(fault)) };
      const body = { error: { ...error, param: null, code: 'rate_limit_exceeded' } };
      return { kind: 'json', status: 429, body, headers };
    }
    default:
      return undefined;
  }
}

const wishSchema = z.object({
  model: z.string(),
  prompt: z.string().min(1).max(32_000),
  n: z.coerce.number().int().min(1).max(10).default(1),
  size: z
    .string()
    .regex(/^(auto|\d+x\d+)$/)
    .default('auto'),
  quality: z.enum(['auto', 'low', 'medium', 'high']).optional(),
  background: z.enum(['auto', 'transparent', 'opaque']).optional(),
});

interface Wish extends z.infer<typeof wishSchema> {
  readonly inputs: readonly Buffer[];
  readonly mask?: Buffer | undefined;
}

async function answered(frame: Frame, { n }: Wish, started: SandboxJob): Promise<Answer> {
  const job = await finished(frame, started);
  if (job.failure?.code === 'content_refused') return blocked();
  const made = await frame.firstOutput(job);
  const usage = { input_tokens: 50, output_tokens: 272 * n, total_tokens: 50 + 272 * n };
  const data =
    made === undefined
      ? []
      : Array.from({ length: n }, () => ({ b64_json: made.bytes.toString('base64') }));
  return json({ created: 1, output_format: 'png', data, usage });
}

function paint(frame: Frame, options: OpenAiStandInOptions, wish: Wish): Promise<Answer> {
  const { model, prompt, size, inputs, mask } = wish;
  if (!options.models.includes(model)) return Promise.resolve(unknownModel(model));
  const aspect = size === 'auto' ? undefined : size;
  const request = requestOf({
    kind: 'image',
    model,
    prompt,
    inputs,
    aspect,
    isMasked: mask !== undefined,
  });
  return submit(frame, request, (job) => answered(frame, wish, job));
}

/** The fields and images of a multipart body, as the schema reads them. */
async function editOf(call: Call): Promise<unknown> {
  const form = await multipartOf(call);
  const images = form?.files.filter(({ field }) => /^image(\[\])?$/.test(field));
  const mask = form?.files.find(({ field }) => field === 'mask')?.bytes;
  return form && { ...form.fields, inputs: images?.map(({ bytes }) => bytes), mask };
}

const maskBytesMax = 4 * 1024 * 1024;

/** A mask is a PNG with transparency, as large as the first image. */
async function isMaskOf(mask: Buffer, image: Buffer | undefined): Promise<boolean> {
  const [one, other] = await Promise.all([sharp(mask).metadata(), sharp(image).metadata()]);
  const isAlike = one.width === other.width && one.height === other.height;
  return isAlike && one.format === 'png' && one.hasAlpha && mask.length < maskBytesMax;
}

function imageRoutes(frame: Frame, options: OpenAiStandInOptions): readonly Route[] {
  return [
    {
      method: 'POST',
      path: /^\/v1\/images\/generations$/,
      async answer(call) {
        const wish = wishSchema.safeParse(jsonBody(call));
        if (!wish.success) return openAiError(400, z.prettifyError(wish.error));
        return paint(frame, options, { ...wish.data, inputs: [] });
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/images\/edits$/,
      async answer(call) {
        const schema = wishSchema.extend({
          inputs: z.array(z.instanceof(Buffer)).min(1).max(16),
          mask: z.instanceof(Buffer).optional(),
        });
        const wish = schema.safeParse(await editOf(call));
        if (!wish.success) return openAiError(400, z.prettifyError(wish.error));
        const { inputs, mask } = wish.data;
        if (mask !== undefined && !(await isMaskOf(mask, inputs[0]))) {
          return openAiError(400, 'Invalid mask image format', { code: 'invalid_image_format' });
        }
        return paint(frame, options, wish.data);
      },
    },
  ];
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

export function startOpenAiStandIn(options: OpenAiStandInOptions): Promise<Served> {
  const wanted = hash(`Bearer ${options.apiKey}`);
  return startStandIn(
    {
      authorize: ({ headers }) =>
        timingSafeEqual(hash(headers.authorization ?? ''), wanted)
          ? undefined
          : openAiError(401, 'Incorrect API key provided.', { code: 'invalid_api_key' }),
      refusal,
      problem,
      routes: (frame) => [...imageRoutes(frame, options), moderationRoute(frame, problem)],
    },
    options,
  );
}
