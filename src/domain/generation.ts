/**
 * Words.
 * generation: one image or video job, from the person's confirmation to delivery or release.
 * reserve / commit / release: the two-phase spend of its price.
 * complaint window: the time after delivery in which an admin may refund it by signal.
 */

export type GenerationKind = 'image' | 'video';

/** What the person sent: words, photos (with or without words), or a video to change. */
export type GenerationMode = 'text' | 'photo' | 'video';

/**
 * The life of a generation. `ordered`: confirmed, workflow not begun. `working`: tokens reserved.
 * `delivered`: sent and paid for. `released`: ended without a result, tokens returned.
 * `refused`: never begun (no tokens, limits, ban, moderation). `refunded`: delivered, then paid back.
 */
export const generationStatuses = [
  'ordered',
  'working',
  'delivered',
  'released',
  'refused',
  'refunded',
] as const;
export type GenerationStatus = (typeof generationStatuses)[number];

/** Statuses that still count against a person's limit of active generations. */
export const activeStatuses: readonly GenerationStatus[] = ['ordered', 'working'];

/** The photo styles every deployment offers. */
export const photoStyles = ['anime', 'oil', 'watercolour', 'pencil', 'popart'] as const;
export type PhotoStyle = (typeof photoStyles)[number];

/** What the person chose, as stored with the generation. Never travels in workflow payloads. */
export interface GenerationRequest {
  readonly kind: GenerationKind;
  readonly mode: GenerationMode;
  readonly prompt: string;
  readonly style?: PhotoStyle;
  /** Ids of stored input assets, in the order the person sent them. */
  readonly inputAssetIds: readonly string[];
  /** Model options such as duration or aspect ratio; keys and values are the catalogue's. */
  readonly options: Readonly<Record<string, string>>;
}
