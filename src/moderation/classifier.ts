/** The port of classifiers: a second opinion beside the text rules, also on pictures and films. */

/** One thing to be judged; `aboutPeople`: it is or stands beside a photo, so be strict. */
export type Exhibit = { readonly aboutPeople: boolean } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly bytes: Buffer }
  /** An MP4: one that a provider made, or one that a stranger may have crafted. */
  | { readonly kind: 'film' | 'sent-film'; readonly bytes: Buffer }
);

/** What a classifier of words or single pictures is shown. */
export type StillExhibit = Exclude<Exhibit, { kind: 'film' | 'sent-film' }>;

/** What a classifier found beyond its thresholds. */
export interface Finding {
  /** The classifier's own name for it, for example "sexual/minors". */
  readonly category: string;
  /** Counts towards a suspension. */
  readonly isSevere: boolean;
}

export interface Classifier<Shown extends Exhibit = Exhibit> {
  /** Whether it knows anything of such a thing; do not ask it otherwise. */
  canJudge(kind: Exhibit['kind']): boolean;
  /** Undefined when nothing is wrong. Throws when there is no answer; it never retries. */
  judge(exhibit: Shown): Promise<Finding | undefined>;
  /** Lets go of what it holds; absent when that is nothing. */
  close?(): Promise<void>;
}
