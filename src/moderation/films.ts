/** A classifier of pictures that judges films too: by some of their frames. */
import { isMp4, readMp4 } from '../domain/mp4';
import { framesAt } from '../video/frames';
import type { Classifier, Exhibit, Finding, StillExhibit } from './classifier';

/** Where the frames are, as parts of the length; the first and the last are often black. */
const places = [0.06, 0.28, 0.5, 0.72, 0.94];
/** Seconds, for a film that does not say how long it is. */
const shortest = 1;

/** The first frame with a finding decides; a film none of whose frames can be had has no answer. */
export function seeingFilms(stills: Classifier<StillExhibit>): Classifier {
  return {
    canJudge: (kind) => stills.canJudge(kind === 'film' ? 'image' : kind),
    async judge(exhibit) {
      return exhibit.kind === 'film' ? judgeFrames(stills, exhibit) : stills.judge(exhibit);
    },
    close: async () => stills.close?.(),
  };
}

async function judgeFrames(
  stills: Classifier<StillExhibit>,
  { bytes, aboutPeople }: Extract<Exhibit, { kind: 'film' }>,
): Promise<Finding | undefined> {
  if (!isMp4(bytes)) throw new Error('The film is no MP4');
  const seconds = Math.max(readMp4(bytes).durationSeconds, shortest);
  const frames = await framesAt(
    bytes,
    places.map((place) => place * seconds),
  );
  if (frames.length === 0) throw new Error('The film has no frames');
  for (const frame of frames) {
    const finding = await stills.judge({ kind: 'image', bytes: frame, aboutPeople });
    if (finding !== undefined) return finding;
  }
  return undefined;
}
