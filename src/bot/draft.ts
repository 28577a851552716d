/**
 * What a person is composing: the pieces of a generation as they come in, and which piece is missing
 * next. A draft's id changes with its content, so that a confirm button confirms exactly what its
 * card said.
 */
import { z } from 'zod';
import { photoStyles, type GenerationRequest } from '../domain/generation';

/** The longest description a draft takes, in characters. */
export const PROMPT_MAX = 2000;

const compositionSchema = z.object({
  kind: z.enum(['image', 'video']),
  mode: z.enum(['text', 'photo', 'video']),
  prompt: z.string(),
  /** What is done with a photo: one of the styles, or what the person's words say. */
  look: z.enum([...photoStyles, 'words']).optional(),
  inputAssetIds: z.array(z.string()),
  /** The measures of the film that is to be changed. */
  film: z.object({ width: z.int(), height: z.int(), milliseconds: z.int() }).optional(),
  options: z.record(z.string(), z.string()),
  model: z.string().optional(),
  /** The price the confirm card showed. */
  shownPrice: z.string().optional(),
  /** Telegram's id of the album the photos came in; those that fit join them. */
  album: z.string().optional(),
  /** Messages whose photos are in, so that a repeated update adds none twice. */
  photoMessages: z.array(z.string()).optional(),
  /** The person wants to add one more photo. */
  adding: z.boolean().optional(),
  /** The message with the draft's buttons; buttons of other messages are old. */
  cardMessageId: z.string().optional(),
});
export type Composition = z.infer<typeof compositionSchema>;

/** The answer the bot waits for. */
export const draftSteps = [
  'describe',
  'photo',
  'more',
  'look',
  'words',
  'model',
  'confirm',
  'confirm-again',
] as const;
export type DraftStep = (typeof draftSteps)[number];

export interface Draft {
  readonly id: string;
  readonly step: DraftStep;
  readonly composition: Composition;
}

/** Reads a stored draft; undefined when an older version wrote it in a way we no longer know. */
export function readDraft(stored: { id: string; step: string; data: unknown }): Draft | undefined {
  const step = z.enum(draftSteps).safeParse(stored.step);
  const composition = compositionSchema.safeParse(stored.data);
  if (!step.success || !composition.success) return undefined;
  return { id: stored.id, step: step.data, composition: composition.data };
}

/** A composition with nothing in it but what it shall become. */
export function emptyComposition(kind: Composition['kind']): Composition {
  return { kind, mode: 'text', prompt: '', inputAssetIds: [], options: {} };
}

/** The first piece that is missing. The model is chosen by the catalogue when only one fits. */
export function nextStep(composition: Composition): DraftStep {
  const { mode, prompt, model } = composition;
  if (mode === 'text' && prompt === '') return 'describe';
  if (mode === 'video' && prompt === '') return 'words';
  const missing = mode === 'photo' ? missingOfPhoto(composition) : undefined;
  return missing ?? (model === undefined ? 'model' : 'confirm');
}

function missingOfPhoto(composition: Composition): DraftStep | undefined {
  const { kind, prompt, look, inputAssetIds, adding } = composition;
  if (inputAssetIds.length === 0) return 'photo';
  if (adding === true) return 'more';
  if (kind === 'video') return undefined;
  if (look === undefined) return 'look';
  return look === 'words' && prompt === '' ? 'words' : undefined;
}

/** What is ordered when the draft is confirmed. */
export function requestOf(composition: Composition): GenerationRequest {
  const { kind, mode, prompt, look, inputAssetIds, options } = composition;
  const style = look === undefined || look === 'words' ? undefined : look;
  return {
    kind,
    mode,
    prompt,
    inputAssetIds,
    options,
    ...(style === undefined ? {} : { style }),
  };
}
