/** The port of classifiers: a second opinion beside the text rules, also on pictures. */

/** One thing to be judged; `aboutPeople`: it is or stands beside a photo, so be strict. */
export type Exhibit = { readonly aboutPeople: boolean } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly bytes: Buffer }
);

/** What a classifier found beyond its thresholds. */
export interface Finding {
  /** The classifier's own name for it, for example "sexual/minors". */
  readonly category: string;
  /** Counts towards a suspension. */
  readonly isSevere: boolean;
}

export interface Classifier {
  /** Undefined when nothing is wrong. Throws when there is no answer; it never retries. */
  judge(exhibit: Exhibit): Promise<Finding | undefined>;
}
