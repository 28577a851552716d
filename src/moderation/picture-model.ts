/**
 * The picture model of nsfwjs, whose weights are in its package: nothing is fetched. It runs in a thread
 * of its own, started by the first picture, so that Easel goes on while it computes.
 */
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { pictureSide, type PictureAnswer, type PictureScores } from './picture-scores';

/** The picture as it is, or as in a mirror. */
export type PictureView = 'plain' | 'mirrored';

export interface PictureModel {
  /** Of any picture sharp can read. Throws when it cannot be read or there is no answer in time. */
  scores(picture: Buffer, view?: PictureView): Promise<PictureScores>;
  close(): Promise<void>;
}

export interface PictureModelOptions {
  readonly threadFile?: string;
  /** For one picture, from its turn on; the first one's includes the start of the thread. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 20_000;
/** Of JavaScript; the weights and pictures in WebAssembly come to some 60 MB more. */
const heapMaxMb = 256;

export function createPictureModel({
  threadFile = join(__dirname, `picture-thread${extname(__filename)}`),
  timeoutMs = defaultTimeoutMs,
}: PictureModelOptions = {}): PictureModel {
  let thread: Thread | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function answerTo(pixels: Uint8Array): Promise<PictureScores> {
    thread ??= startThread(threadFile);
    const asked = thread;
    try {
      const answer = await ask(asked, pixels, timeoutMs);
      if (!('scores' in answer)) throw new Error(answer.failure);
      return answer.scores;
    } catch (error) {
      // Whatever went wrong, the next picture gets a thread without a past.
      thread = undefined;
      await asked.worker.terminate();
      throw error;
    }
  }

  return {
    async scores(picture, view = 'plain') {
      const pixels = await pixelsOf(picture, view);
      // One at a time: together they would only wait for each other, and need more memory.
      const mine = queue.then(() => answerTo(pixels));
      queue = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await thread?.worker.terminate();
      thread = undefined;
    },
  };
}

/** The whole picture squeezed into the model's square, as the model learned them: RGB, row by row. */
function pixelsOf(picture: Buffer, view: PictureView): Promise<Uint8Array> {
  return sharp(picture)
    .autoOrient()
    .flop(view === 'mirrored')
    .flatten({ background: 'white' })
    .resize(pictureSide, pictureSide, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

interface Thread {
  readonly worker: Worker;
  readonly ended: AbortSignal;
}

function startThread(file: string): Thread {
  const worker = new Worker(file, {
    resourceLimits: { maxOldGenerationSizeMb: heapMaxMb },
    // From the sources a thread needs the loader of the sources.
    ...(extname(file) === '.ts' ? { execArgv: ['--require', 'tsx/cjs'] } : {}),
  });
  const ending = new AbortController();
  worker.once('error', (error) => {
    ending.abort(error);
  });
  worker.once('exit', (code) => {
    ending.abort(new Error(`the thread of the picture model ended with ${code}`));
  });
  worker.unref();
  return { worker, ended: ending.signal };
}

async function ask(
  { worker, ended }: Thread,
  pixels: Uint8Array,
  timeoutMs: number,
): Promise<PictureAnswer> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]);
  // Nothing but a picture that is waited for keeps the process alive.
  worker.ref();
  try {
    worker.postMessage(pixels);
    const [answer] = (await once(worker, 'message', { signal })) as [PictureAnswer];
    return answer;
  } catch (error) {
    throw signal.aborted
      ? new Error('the picture model does not answer', { cause: signal.reason })
      : error;
  } finally {
    worker.unref();
  }
}
