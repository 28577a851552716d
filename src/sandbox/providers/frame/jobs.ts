/** The jobs of a stand-in whose wire knows neither our references nor the art's words. */
import { randomUUID } from 'node:crypto';
import type { GenerationKind } from '../../../domain/generation';
import {
  aspectRatios,
  isOver,
  type AspectRatio,
  type JobRequest,
  type SandboxJob,
} from '../../provider/job';
import type { Answer } from './http-server';
import type { Frame } from './stand-in';

/** One paid request, in the art's words. */
export interface Order {
  readonly kind: GenerationKind;
  readonly model: string;
  readonly prompt: string;
  /** With a photo it is repainted (image) or brought to life (video). */
  readonly inputs: readonly Buffer[];
  /** Only where the first input is transparent. */
  readonly isMasked?: boolean;
  /** The input is a film to change. */
  readonly isRemake?: boolean;
  /** Where the provider dedupes by it; without one each order is a job of its own. */
  readonly reference?: string | undefined;
  /** "16:9" or "1280x720"; the nearest the art has is taken. */
  readonly aspect?: string | undefined;
  readonly seconds?: number | undefined;
  readonly callbackUrl?: string | undefined;
  /** What the stand-in must know of the job later; kept over a restart. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Another text gives another picture of the same words. */
  readonly variation?: string | undefined;
}

const ratioOf = (text: string): number => {
  const [width = 1, height = 1] = text.split(/[:x]/).map(Number);
  return width / height;
};

function nearestAspect(wanted: string): AspectRatio | undefined {
  const ratio = ratioOf(wanted);
  if (!(ratio > 0)) return undefined;
  const distance = (aspect: AspectRatio) => Math.abs(Math.log(ratioOf(aspect) / ratio));
  return [...aspectRatios].sort((a, b) => distance(a) - distance(b))[0];
}

function modeOf({ inputs, isRemake }: Order): JobRequest['mode'] {
  if (isRemake === true) return 'video';
  return inputs.length === 0 ? 'text' : 'photo';
}

/** The order as the sandbox's jobs are kept. */
export function requestOf(order: Order): JobRequest {
  const { reference = randomUUID(), aspect, seconds, variation, callbackUrl } = order;
  const aspectRatio = aspect === undefined ? undefined : nearestAspect(aspect);
  return {
    reference,
    kind: order.kind,
    model: order.model,
    mode: modeOf(order),
    prompt: order.prompt,
    notes: order.notes ?? {},
    inputs: order.inputs.map((bytes) => ({ media_type: '', data: bytes.toString('base64') })),
    options: {
      ...(aspectRatio === undefined ? {} : { aspectRatio }),
      // Long films say nothing more and take long to draw.
      ...(seconds === undefined ? {} : { duration: Math.min(10, Math.max(1, seconds)) }),
      ...(variation === undefined ? {} : { variation }),
      ...(order.isMasked === true ? { mask: 'on' as const } : {}),
    },
    ...(callbackUrl === undefined ? {} : { callback_url: callbackUrl }),
  };
}

/** A paid submit: counted, struck by its fault, accepted, begun and answered. */
export function submit(
  frame: Frame,
  request: JobRequest,
  answer: (job: SandboxJob) => Promise<Answer> | Answer,
): Promise<Answer> {
  frame.tally.submitted(request);
  // A magic word strikes once; the repeated submit of a known reference is answered.
  const isKnown = frame.store.byReference(request.reference) !== undefined;
  return frame.step('submit', isKnown ? { ...request, prompt: '' } : request, async () => {
    const { job, isNew } = await frame.store.accept(request);
    if (isNew) frame.runner.start(job);
    return answer(job);
  });
}

/** For providers that answer with the result: waits for the job's end. */
export async function finished(frame: Frame, job: SandboxJob): Promise<SandboxJob> {
  return (await frame.runner.finished(job.id)) ?? job;
}

/**
 * A link to a job's output, struck by its fault. `gone` is the answer for a name that was never given
 * out, so that no path can be smuggled in.
 */
export async function answerOutput(frame: Frame, name: string, gone: Answer): Promise<Answer> {
  const job = frame.store.all().find((each) => each.outputs.some((file) => file.name === name));
  const output = job?.outputs.find((file) => file.name === name);
  if (job === undefined || output === undefined || !isOver(job)) return gone;
  return frame.step('output', job.request, async () => ({
    kind: 'bytes',
    mediaType: output.mediaType,
    bytes: await frame.store.readOutput(name),
  }));
}
