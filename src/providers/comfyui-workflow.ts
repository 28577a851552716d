/** ComfyUI's graphs in API format, with places for what a job brings. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProviderJob } from './provider';
import { promptOf } from './style-words';

const graphSchema = z.record(
  z.string(),
  z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
);
export type Graph = z.infer<typeof graphSchema>;

/**
 * Reads a workflow that ComfyUI saved by "Export (API)"; undefined when there is none at that path.
 * Its strings may hold %prompt%, %seed%, %image% (%image2% to %image4%), %model%, %width%, %height%.
 */
export function readWorkflow(path: string): Graph | undefined {
  try {
    return graphSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function sampler(latent: string, denoise: number): Graph {
  const inputs = { seed: '%seed%', steps: 25, cfg: 7, sampler_name: 'dpmpp_2m', denoise };
  const links = {
    model: ['1', 0],
    positive: ['2', 0],
    negative: ['3', 0],
    latent_image: [latent, 0],
  };
  const shunned = 'blurry, low quality, watermark, text';
  return {
    '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: '%model%' } },
    '2': { class_type: 'CLIPTextEncode', inputs: { text: '%prompt%', clip: ['1', 1] } },
    '3': { class_type: 'CLIPTextEncode', inputs: { text: shunned, clip: ['1', 1] } },
    '4': { class_type: 'KSampler', inputs: { ...inputs, scheduler: 'karras', ...links } },
    '5': { class_type: 'VAEDecode', inputs: { samples: ['4', 0], vae: ['1', 2] } },
    '6': { class_type: 'SaveImage', inputs: { images: ['5', 0], filename_prefix: 'easel' } },
  };
}

/** Words to a picture, by the nodes every ComfyUI has. */
export const textWorkflow: Graph = {
  ...sampler('7', 1),
  '7': {
    class_type: 'EmptyLatentImage',
    inputs: { width: '%width%', height: '%height%', batch_size: 1 },
  },
};

/** A photo painted over by words; the share that is new leaves people and places where they are. */
export const photoWorkflow: Graph = {
  ...sampler('9', 0.6),
  '7': { class_type: 'LoadImage', inputs: { image: '%image%' } },
  '8': {
    class_type: 'ImageScaleToTotalPixels',
    inputs: { image: ['7', 0], upscale_method: 'lanczos', megapixels: 1 },
  },
  '9': { class_type: 'VAEEncode', inputs: { pixels: ['8', 0], vae: ['1', 2] } },
};

export interface Fillings {
  readonly job: ProviderJob;
  readonly model: string;
  /** Names the pictures got when they were uploaded. */
  readonly images: readonly string[];
}

type Values = Readonly<Record<string, string | number>>;

function valuesOf({ job, model, images }: Fillings): Values {
  const [width, height] = (job.options['size'] ?? '1024x1024').split('x').map(Number);
  // A workflow for several pictures is given the last one again where there are fewer.
  const image = (index: number) => images[Math.min(index, images.length - 1)] ?? '';
  return {
    '%prompt%': promptOf(job),
    '%model%': model,
    '%seed%': seedOf(job.reference),
    '%width%': width ?? 1024,
    '%height%': height ?? 1024,
    '%image%': image(0),
    '%image2%': image(1),
    '%image3%': image(2),
    '%image4%': image(3),
  };
}

function put(value: unknown, values: Values): unknown {
  if (Array.isArray(value)) return value.map((part) => put(part, values));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, put(part, values)]));
  }
  if (typeof value !== 'string') return value;
  // Alone in its string a number stays a number.
  return values[value] ?? value.replace(/%[a-z]+\d?%/g, (name) => String(values[name] ?? name));
}

/** The graph with a job in its places. */
export function fill(graph: Graph, fillings: Fillings): Graph {
  return graphSchema.parse(put(graph, valuesOf(fillings)));
}

/** The same job has the same seed, whenever it is asked for. */
function seedOf(reference: string): number {
  return createHash('sha256').update(reference).digest().readUIntBE(0, 6);
}
