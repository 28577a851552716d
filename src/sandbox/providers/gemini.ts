/**
 * Google's image models: `generateContent` of the Gemini API (API key) and of Vertex (service
 * account). The picture comes with the answer; refusals come with HTTP 200.
 */
import { z } from 'zod';
import type { SandboxJob } from '../provider/job';
import type { Fault } from '../provider/faults';
import { googleError, googleRefusal, modelGone } from './google-answers';
import { createTokenOffice, keyOrTokenGuard, type KnownAccount } from './google-auth';
import { json, jsonBody, type Answer, type Route, type Served } from './frame/http-server';
import { finished, requestOf, submit, type Order } from './frame/jobs';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';

export interface GeminiStandInOptions extends StandInOptions {
  readonly apiKey: string;
  readonly account: KnownAccount;
}

const models = ['gemini-nano-banana-2.1', 'gemini-3-pro-image'];

const partSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ inlineData: z.object({ mimeType: z.string(), data: z.base64() }) }),
]);
const requestSchema = z.object({
  contents: z
    .array(z.object({ role: z.literal('user'), parts: z.array(partSchema).min(1) }))
    .length(1),
  generationConfig: z.object({
    responseModalities: z.array(z.enum(['TEXT', 'IMAGE'])),
    imageConfig: z
      .strictObject({
        aspectRatio: z
          .string()
          .regex(/^\d+:\d+$/)
          .optional(),
        imageSize: z.enum(['1K', '2K', '4K']).optional(),
      })
      .optional(),
  }),
});
type Request = z.infer<typeof requestSchema>;

function orderOf(model: string, { contents, generationConfig }: Request): Order {
  const parts = contents.flatMap((content) => content.parts);
  return {
    kind: 'image',
    model,
    prompt: parts.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n'),
    inputs: parts.flatMap((part) =>
      'inlineData' in part ? [Buffer.from(part.inlineData.data, 'base64')] : [],
    ),
    aspect: generationConfig.imageConfig?.aspectRatio,
  };
}

const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 1120, totalTokenCount: 1129 };

function answered(model: string, job: SandboxJob, candidate: Record<string, unknown>): Answer {
  const candidates = [{ index: 0, ...candidate }];
  return json({ candidates, usageMetadata, modelVersion: model, responseId: job.id });
}

async function resultOf(frame: Frame, model: string, started: SandboxJob): Promise<Answer> {
  const job = await finished(frame, started);
  const made = await frame.firstOutput(job);
  if (job.failure?.code === 'content_refused') {
    return answered(model, job, {
      content: { role: 'model' },
      finishReason: 'IMAGE_PROHIBITED_CONTENT',
      finishMessage: 'The model output could not be generated. Support code: 42876398.',
    });
  }
  if (job.failure !== undefined) {
    return answered(model, job, { content: { role: 'model' }, finishReason: 'IMAGE_OTHER' });
  }
  if (made === undefined) {
    const parts = [{ text: 'Here is your picture!' }];
    return answered(model, job, { content: { role: 'model', parts }, finishReason: 'STOP' });
  }
  const inlineData = { mimeType: made.mediaType, data: made.bytes.toString('base64') };
  const parts = [
    { text: 'First a draft.', thought: true },
    // A draft that must not be taken for the result.
    { inlineData: { ...inlineData, data: inlineData.data.slice(0, 400) }, thought: true },
    { text: 'Here is your picture.' },
    { inlineData, thoughtSignature: 'c2lnbmF0dXJl' },
  ];
  return answered(model, job, { content: { role: 'model', parts }, finishReason: 'STOP' });
}

function refusal(fault: Fault): Answer | undefined {
  if (fault.kind !== 'refuse') return googleRefusal(fault);
  return json({ candidates: [], promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
}

function generateRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: /^\/v1beta1?\/(?:projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/)?models\/([^/:]+):generateContent$/,
    async answer(call) {
      const model = call.names[0] ?? '';
      if (!models.includes(model)) return modelGone(model);
      const parsed = requestSchema.safeParse(jsonBody(call));
      if (!parsed.success) return googleError(400, z.prettifyError(parsed.error));
      const request = requestOf(orderOf(model, parsed.data));
      return submit(frame, request, (job) => resultOf(frame, model, job));
    },
  };
}

/** Its addresses and its words, for who serves it beside others. */
export const geminiApi = {
  refusal,
  routes: (frame: Frame): readonly Route[] => [generateRoute(frame)],
};

export function startGeminiStandIn(options: GeminiStandInOptions): Promise<Served> {
  const office = createTokenOffice(options.account);
  return startStandIn(
    {
      authorize: keyOrTokenGuard(office, options),
      refusal: geminiApi.refusal,
      problem: googleError,
      routes: (frame) => [office.route, ...geminiApi.routes(frame)],
    },
    options,
  );
}
