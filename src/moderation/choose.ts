/** Which classifier this deployment has, if any. */
import type { HttpClient } from '../providers/provider';
import type { Classifier } from './classifier';
import { seeingFilms } from './films';
import { createLocalClassifier } from './local';
import { createOpenAiClassifier } from './openai';
import { createPictureModel } from './picture-model';

export interface ClassifierOptions {
  /** The settings of providers; OpenAI's key serves its pictures and this. */
  readonly env: Readonly<Record<string, string>>;
  /** Percent of certainty by category from which it is refused. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Who looks at pictures when OpenAI does not. */
  readonly pictures: 'local' | 'off';
  /** A maintained ffmpeg for films that people send; without one they are not looked at. */
  readonly decoder?: string | undefined;
  readonly http: HttpClient;
}

export function createClassifier(options: ClassifierOptions): Classifier | undefined {
  const { thresholds, pictures, decoder, http } = options;
  const { OPENAI_API_KEY: apiKey, OPENAI_API_URL: baseUrl } = options.env;
  if (apiKey !== undefined) {
    return seeingFilms(createOpenAiClassifier({ apiKey, baseUrl, thresholds, http }), decoder);
  }
  if (pictures === 'off') return undefined;
  const local = createLocalClassifier(createPictureModel(), thresholds['sexual'] ?? 100);
  return seeingFilms(local, decoder);
}
