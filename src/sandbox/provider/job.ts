import { z } from 'zod';
import { photoStyles, type GenerationKind } from '../../domain/generation';

/** The models the sandbox provider has; any other is answered as a retired one. */
export const sandboxModels = ['sandbox-image', 'sandbox-video', 'sandbox-remake'] as const;

export const aspectRatios = ['1:1', '16:9', '9:16', '4:3', '3:4'] as const;
export type AspectRatio = (typeof aspectRatios)[number];

const optionsSchema = z.object({
  aspectRatio: z.enum(aspectRatios).optional(),
  /** Seconds of video. */
  duration: z.coerce.number().int().min(1).max(10).optional(),
  /** Paint only where the one photo is transparent. */
  mask: z.enum(['off', 'on']).optional(),
  /** Another text gives another work of the same words. */
  variation: z.string().max(40).optional(),
});

/** The body of POST /v1/jobs. */
export const jobRequestSchema = z
  .object({
    reference: z.string().min(1).max(200),
    model: z.string().min(1).max(100),
    mode: z.enum(['text', 'photo', 'video']),
    prompt: z.string().max(4000).default(''),
    style: z.enum(photoStyles).optional(),
    inputs: z
      .array(z.object({ media_type: z.string(), data: z.base64() }))
      .max(4)
      .default([]),
    options: optionsSchema.default({}),
    callback_url: z.url({ protocol: /^https?$/ }).optional(),
  })
  .refine((job) => job.mode === 'text' || job.inputs.length > 0, {
    message: 'a job of that mode needs an input',
    path: ['inputs'],
  })
  .refine((job) => job.mode === 'photo' || job.prompt.trim() !== '', {
    message: 'a job of that mode needs a prompt',
    path: ['prompt'],
  });
/** A job as stand-ins keep it. */
export type JobRequest = z.infer<typeof jobRequestSchema> & {
  /** Told by the stand-ins of other providers, whose model names say nothing to the art. */
  readonly kind?: GenerationKind;
  /** What else a stand-in must know of the job later. */
  readonly notes?: Readonly<Record<string, string>>;
};

export function kindOf(request: Pick<JobRequest, 'kind' | 'model'>): GenerationKind {
  return request.kind ?? (request.model === 'sandbox-image' ? 'image' : 'video');
}

export type JobStatus = 'queued' | 'working' | 'succeeded' | 'failed' | 'cancelled';

/** One job as the journal keeps it. Inputs and outputs are names of files beside the journal. */
export interface SandboxJob {
  readonly id: string;
  readonly request: Omit<JobRequest, 'inputs'>;
  readonly inputs: readonly string[];
  readonly acceptedAt: number;
  readonly status: JobStatus;
  readonly outputs: readonly { readonly name: string; readonly mediaType: string }[];
  readonly failure?: { readonly code: string; readonly message: string };
  /** Whether the callback got its 2xx (true as well when none is wanted). */
  readonly calledBack: boolean;
}

export function isOver(job: SandboxJob): boolean {
  return job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled';
}
