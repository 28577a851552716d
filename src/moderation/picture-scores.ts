/** What passes between the thread of the picture model and the rest. */

/** Pixels of a side of the square the model sees. */
export const pictureSide = 224;

/** The model's classes in the order of its answer (nsfw_classes.js of nsfwjs). */
export const pictureClasses = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;

/** The share of each class, 0 to 1; together they are 1. `sexy` is suggestive, not pornographic. */
export type PictureScores = Readonly<Record<(typeof pictureClasses)[number], number>>;

export type PictureAnswer = { readonly scores: PictureScores } | { readonly failure: string };
