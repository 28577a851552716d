/** Which classifier this deployment has, if any. */
import type { HttpClient } from '../providers/provider';
import type { Classifier } from './classifier';
import { createOpenAiClassifier } from './openai';

/** `env` holds the settings of providers; OpenAI's key serves its pictures and this. */
export function createClassifier(
  env: Readonly<Record<string, string>>,
  thresholds: Readonly<Record<string, number>>,
  http: HttpClient,
): Classifier | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_API_URL: baseUrl } = env;
  if (apiKey === undefined) return undefined;
  return createOpenAiClassifier({ apiKey, baseUrl, thresholds, http });
}
