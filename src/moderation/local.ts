/** The classifier of a deployment without OpenAI: sees nudity in pictures, and knows no words. */
import type { Classifier, Finding, StillExhibit } from './classifier';
import type { PictureModel } from './picture-model';
import type { PictureScores } from './picture-scores';

/** `line`: percent of certainty from which what is sexual is refused. */
export function createLocalClassifier(model: PictureModel, line: number): Classifier<StillExhibit> {
  return {
    canJudge: (kind) => kind === 'image',
    async judge(exhibit) {
      if (exhibit.kind !== 'image') throw new Error('The picture model reads no words');
      const { bytes, aboutPeople } = exhibit;
      const found = findingOf(await model.scores(bytes), line / 100, aboutPeople);
      if (found === undefined) return undefined;
      // What the model takes abstract shapes for, it seldom sees in the mirror too.
      return findingOf(await model.scores(bytes, 'mirrored'), line / 100, aboutPeople);
    },
    close: () => model.close(),
  };
}

/**
 * Sexual acts and nudity are refused from the line, about people from half of it; there, what is only
 * suggestive counts too, from the whole line. How sure it is says nothing of age or of intent, so none
 * of it is a strike.
 */
function findingOf(
  { porn, hentai, sexy }: PictureScores,
  line: number,
  aboutPeople: boolean,
): Finding | undefined {
  const explicit = porn + hentai;
  if (explicit >= (aboutPeople ? line / 2 : line)) return { category: 'sexual', isSevere: false };
  if (aboutPeople && explicit + sexy >= line) {
    return { category: 'sexual/suggestive', isSevere: false };
  }
  return undefined;
}
