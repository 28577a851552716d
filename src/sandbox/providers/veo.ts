/**
 * Veo on Vertex: long-running operations started by `predictLongRunning`, asked for by
 * `fetchPredictOperation`; films inline or in a bucket of Cloud Storage.
 */
import { z } from 'zod';
import type { Fault } from '../provider/faults';
import { isOver, type SandboxJob } from '../provider/job';
import { googleError, googleRefusal, modelGone } from './google-answers';
import { createTokenOffice, vertexGuard, type KnownAccount } from './google-auth';
import { json, jsonBody, type Answer, type Route, type Served } from './frame/http-server';
import { answerOutput, requestOf, submit, type Order } from './frame/jobs';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';

export interface VeoStandInOptions extends StandInOptions {
  readonly account: KnownAccount;
}

const models = ['veo-3.1-generate-001', 'veo-3.1-fast-generate-001'];

const pictureSchema = z.strictObject({
  bytesBase64Encoded: z.base64().min(1),
  mimeType: z.enum(['image/png', 'image/jpeg', 'image/webp']),
});
const referenceSchema = z.strictObject({ image: pictureSchema, referenceType: z.literal('ASSET') });
const wholeSchema = z.strictObject({
  instances: z
    .array(
      z
        .strictObject({
          prompt: z.string().default(''),
          image: pictureSchema.optional(),
          referenceImages: z.array(referenceSchema).min(1).max(3).optional(),
        })
        .refine(({ prompt, image }) => prompt !== '' || image !== undefined)
        .refine(
          ({ image, referenceImages }) => image === undefined || referenceImages === undefined,
        ),
    )
    .length(1),
  parameters: z.strictObject({
    sampleCount: z.literal(1),
    storageUri: z.string().startsWith('gs://').optional(),
    durationSeconds: z.union([z.literal(4), z.literal(6), z.literal(8)]).optional(),
    aspectRatio: z.enum(['16:9', '9:16']).optional(),
    resolution: z.enum(['720p', '1080p']).optional(),
    generateAudio: z.boolean().optional(),
  }),
});

const requestSchema = wholeSchema.refine(
  ({ instances, parameters }) =>
    instances[0]?.referenceImages === undefined || parameters.durationSeconds === 8,
  'reference images go with 8 seconds only',
);

const modelPath = String.raw`^\/v1beta1\/(projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/([^/:]+))`;

const usage = 'The prompt violates our usage guidelines. Support codes: 58061214';

function refusal(fault: Fault): Answer | undefined {
  if (fault.kind !== 'refuse') return googleRefusal(fault);
  return fault.at === 'submit' ? googleError(400, usage) : googleError(404, 'Not found.');
}

function orderOf(model: string, { instances, parameters }: z.infer<typeof requestSchema>): Order {
  const images = instances.flatMap(({ image, referenceImages = [] }) => [
    ...(image === undefined ? [] : [image]),
    ...referenceImages.map((reference) => reference.image),
  ]);
  return {
    kind: 'video',
    model,
    prompt: instances[0]?.prompt ?? '',
    inputs: images.map((image) => Buffer.from(image.bytesBase64Encoded, 'base64')),
    aspect: parameters.aspectRatio,
    seconds: parameters.durationSeconds,
    notes: { storage: parameters.storageUri ?? '' },
  };
}

function startRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: new RegExp(`${modelPath}:predictLongRunning$`),
    async answer(call) {
      const [resource = '', model = ''] = call.names;
      if (!models.includes(model)) return modelGone(model);
      const parsed = requestSchema.safeParse(jsonBody(call));
      if (!parsed.success) return googleError(400, z.prettifyError(parsed.error));
      const request = requestOf(orderOf(model, parsed.data));
      return submit(frame, request, ({ id }) => json({ name: `${resource}/operations/${id}` }));
    },
  };
}

async function videoOf(frame: Frame, job: SandboxJob): Promise<Record<string, unknown>> {
  const made = await frame.firstOutput(job);
  const storage = job.request.notes?.['storage'] ?? '';
  if (storage !== '') {
    const folder = storage.endsWith('/') ? storage : `${storage}/`;
    return { gcsUri: `${folder}${job.id}/sample_0.mp4`, mimeType: 'video/mp4' };
  }
  return { bytesBase64Encoded: made?.bytes.toString('base64'), mimeType: 'video/mp4' };
}

async function operation(frame: Frame, name: string, job: SandboxJob): Promise<Answer> {
  if (!isOver(job)) return json({ name });
  const type = 'type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse';
  const done = (response: object): Answer =>
    json({ name, done: true, response: { '@type': type, ...response } });
  if (job.failure?.code === 'content_refused') {
    const reason = 'Veo could not generate videos because of the audio. Support codes: 15236754';
    return done({ raiMediaFilteredCount: 1, raiMediaFilteredReasons: [reason] });
  }
  if (job.failure !== undefined) {
    return json({ name, done: true, error: { code: 13, message: 'Internal error.' } });
  }
  if (job.outputs.length === 0) return done({});
  return done({ videos: [await videoOf(frame, job)] });
}

function askRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: new RegExp(`${modelPath}:fetchPredictOperation$`),
    async answer(call) {
      const body = z.object({ operationName: z.string() }).safeParse(jsonBody(call));
      const name = body.data?.operationName ?? '';
      const job = frame.store.byId(name.split('/operations/')[1] ?? '');
      if (job === undefined || !name.startsWith(`${call.names[0] ?? ''}/`)) {
        return googleError(404, 'Operation not found.');
      }
      return frame.step('status', job.request, () =>
        operation(frame, name, frame.store.byId(job.id) ?? job),
      );
    },
  };
}

/** The name of the film that lies at this address of a bucket, if one does. */
function filmAt({ store }: Frame, uri: string): string | undefined {
  const job = store.byId(uri.split('/').at(-2) ?? '');
  const storage = job?.request.notes?.['storage'] ?? '';
  return storage !== '' && uri.startsWith(storage) ? job?.outputs[0]?.name : undefined;
}

function objectRoute(frame: Frame): Route {
  const gone = json({ error: { code: 404, message: 'No such object.' } }, 404);
  return {
    method: 'GET',
    path: /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/,
    async answer({ names, query }) {
      const film = filmAt(frame, `gs://${names.join('/')}`);
      if (film === undefined || query.get('alt') !== 'media') return gone;
      return answerOutput(frame, film, gone);
    },
  };
}

/** Its addresses and its words, for who serves it beside others. */
export const veoApi = {
  refusal,
  routes: (frame: Frame): readonly Route[] => [
    startRoute(frame),
    askRoute(frame),
    objectRoute(frame),
  ],
};

export function startVeoStandIn(options: VeoStandInOptions): Promise<Served> {
  const office = createTokenOffice(options.account);
  return startStandIn(
    {
      authorize: vertexGuard(office, options.account),
      refusal: veoApi.refusal,
      problem: googleError,
      routes: (frame) => [office.route, ...veoApi.routes(frame)],
    },
    options,
  );
}
