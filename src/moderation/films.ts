/** A classifier of pictures that judges films too: by some of their frames. */
import { isMp4, readMp4 } from '../domain/mp4';
import { framesAt } from '../video/frames';
import type { Classifier, Exhibit, Finding, StillExhibit } from './classifier';

/** Where the frames are, as parts of the length; the first and the last are often black. */
const places = [0.06, 0.28, 0.5, 0.72, 0.94];
/** Seconds, for a film that does not say how long it is. */
const shortest = 1;

/**
 * The first frame with a finding decides; a film none of whose frames can be had has no answer.
 * `decoder` is a maintained ffmpeg: without one, films that people send are not judged, because the
 * bundled one is too old to be handed what strangers made.
 */
export function seeingFilms(stills: Classifier<StillExhibit>, decoder?: string): Classifier {
  return {
    canJudge: (kind) => {
      if (kind === 'sent-film' && decoder === undefined) return false;
      return stills.canJudge(isFilm(kind) ? 'image' : kind);
    },
    async judge(exhibit) {
      if (exhibit.kind === 'text' || exhibit.kind === 'image') return stills.judge(exhibit);
      if (exhibit.kind === 'film') return judgeFrames(stills, exhibit);
      if (decoder === undefined) throw new Error('Nothing safe to open the film with');
      return judgeFrames(stills, exhibit, decoder);
    },
    close: async () => stills.close?.(),
  };
}

const isFilm = (kind: Exhibit['kind']): boolean => kind === 'film' || kind === 'sent-film';

async function judgeFrames(
  stills: Classifier<StillExhibit>,
  { bytes, aboutPeople }: Exclude<Exhibit, StillExhibit>,
  decoder?: string,
): Promise<Finding | undefined> {
  if (!isMp4(bytes)) throw new Error('The film is no MP4');
  const seconds = Math.max(readMp4(bytes).durationSeconds, shortest);
  const moments = places.map((place) => place * seconds);
  const frames = await framesAt(bytes, moments, decoder);
  if (frames.length === 0) throw new Error('The film has no frames');
  for (const frame of frames) {
    const finding = await stills.judge({ kind: 'image', bytes: frame, aboutPeople });
    if (finding !== undefined) return finding;
  }
  return undefined;
}
