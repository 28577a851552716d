/**
 * Started by picture-model.ts as a thread: loads the model, then answers each message of pixels.
 * The code of nsfwjs is not used, only its weights: it reads them for ten seconds and wants all of
 * TensorFlow.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import {
  div,
  ready,
  reshape,
  setBackend,
  tensor1d,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { pictureClasses, pictureSide, type PictureAnswer } from './picture-scores';

const load = createRequire(__filename);

const modelSchema = z.object({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.number()),
          dtype: z.enum(['float32', 'int32', 'bool', 'string', 'complex64']),
        }),
      ),
    }),
  ),
});

async function loadModel(): Promise<GraphModel> {
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  if (!(await setBackend('wasm'))) throw new Error('WebAssembly is not to be had');
  await ready();
  // The files beside the package's door to this model; each is a script that exports its content.
  const door = dirname(require.resolve('nsfwjs/models/mobilenet_v2_mid'));
  const folder = join(door, '..', '..', 'models', 'mobilenet_v2_mid');
  const { modelTopology, weightsManifest } = modelSchema.parse(load(join(folder, 'model.min.js')));
  const shards = weightsManifest.flatMap(({ paths }) =>
    paths.map((path) =>
      Buffer.from(z.string().parse(load(join(folder, `${path}.min.js`))), 'base64'),
    ),
  );
  return loadGraphModel({
    load: () =>
      Promise.resolve({
        modelTopology,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: Uint8Array.from(Buffer.concat(shards)).buffer,
      }),
  });
}

async function scoresOf(model: GraphModel, pixels: Uint8Array): Promise<PictureAnswer> {
  const shares = tidy(() => {
    const light = div(tensor1d(Float32Array.from(pixels)), 255);
    return model.predict(reshape(light, [1, pictureSide, pictureSide, 3])) as Tensor;
  });
  const values = await shares.data();
  shares.dispose();
  if (values.length !== pictureClasses.length || !values.every((value) => Number.isFinite(value))) {
    return { failure: 'the picture model answers with something else than shares' };
  }
  const [drawing = 0, hentai = 0, neutral = 0, porn = 0, sexy = 0] = values;
  return { scores: { drawing, hentai, neutral, porn, sexy } };
}

const model = loadModel();
// Until the first message nobody listens; then it rejects there.
model.catch(() => undefined);

parentPort?.on('message', (pixels: Uint8Array) => {
  void model
    .then((loaded) => scoresOf(loaded, pixels))
    .catch((error: unknown): PictureAnswer => ({ failure: String(error) }))
    .then((answer) => parentPort?.postMessage(answer));
});
