/** OpenAI's omni-moderation: scores of text and pictures; where to draw the line is ours. */
import OpenAI from 'openai';
import type { ModerationMultiModalInput } from 'openai/resources/moderations';
import sharp from 'sharp';
import { ProviderError, type HttpClient } from '../providers/provider';
import { callOnce } from '../providers/sdk-call';
import type { Classifier, Finding, StillExhibit } from './classifier';

export interface OpenAiModerationOptions {
  readonly apiKey: string;
  /** Instead of OpenAI's address; ends with /v1. */
  readonly baseUrl: string | undefined;
  /** Percent of certainty by category from which it is refused; others are let through. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly http: HttpClient;
}

const timeoutMs = 20_000;
const answerBytesMax = 256 * 1024;
/** Longer prompts are judged in this many characters; the rules read them whole. */
const textMax = 20_000;
/** Enough to see what is shown, and a small upload. */
const imagePixels = 768;

export function createOpenAiClassifier(options: OpenAiModerationOptions): Classifier<StillExhibit> {
  const { apiKey, baseUrl, http, thresholds } = options;
  const call = {
    timeoutMs,
    bytesMax: answerBytesMax,
    lostMeans: 'transient',
    failureOf: ({ status }: { status: number }) =>
      new ProviderError('transient', `the classifier answered HTTP ${status}`),
  } as const;
  return {
    canJudge: () => true,
    async judge(exhibit) {
      const input = [await inputOf(exhibit)];
      const { results } = await callOnce(http, call, (fetchOnce) =>
        new OpenAI({
          apiKey,
          baseURL: baseUrl ?? 'https://api.openai.com/v1',
          maxRetries: 0,
          timeout: timeoutMs,
          fetch: fetchOnce,
        }).moderations.create({ model: 'omni-moderation-latest', input }),
      );
      const scores = results[0]?.category_scores;
      if (scores === undefined) throw new ProviderError('transient', 'the answer has no scores');
      return worst({ ...scores }, thresholds, exhibit.aboutPeople);
    },
  };
}

async function inputOf(exhibit: StillExhibit): Promise<ModerationMultiModalInput> {
  if (exhibit.kind === 'text') return { type: 'text', text: exhibit.text.slice(0, textMax) };
  const small = await sharp(exhibit.bytes)
    .rotate()
    .resize(imagePixels, imagePixels, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: 'white' })
    .jpeg({ quality: 80 })
    .toBuffer();
  const url = `data:image/jpeg;base64,${small.toString('base64')}`;
  return { type: 'image_url', image_url: { url } };
}

/** The category that is furthest beyond its line. About people, half is enough for anything sexual. */
function worst(
  scores: Readonly<Record<string, number>>,
  thresholds: Readonly<Record<string, number>>,
  aboutPeople: boolean,
): Finding | undefined {
  const excess = Object.entries(thresholds).flatMap(([category, percent]) => {
    const isStrict = aboutPeople && category.startsWith('sexual');
    const line = (isStrict ? percent / 2 : percent) / 100;
    const score = scores[category] ?? 0;
    return score >= line ? [{ category, by: score / line }] : [];
  });
  const [first] = excess.sort((a, b) => b.by - a.by);
  if (first === undefined) return undefined;
  // Of all that is beyond its line, the gravest is the reason.
  const isSevere = excess.some(({ category }) => category === 'sexual/minors');
  return { category: isSevere ? 'sexual/minors' : first.category, isSevere };
}
