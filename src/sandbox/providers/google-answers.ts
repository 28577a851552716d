/** Google's errors, as the Gemini API and Vertex word them. */
import { secondsOf, type Refusal } from './frame/fault-step';
import { json, type Answer } from './frame/http-server';

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export function googleError(
  code: number,
  message: string,
  details: readonly Record<string, unknown>[] = [],
): Answer {
  const status = statusNames[code];
  // What stands before Google's servers answers in HTML.
  if (status === undefined) {
    const headers = { 'content-type': 'text/html' };
    return { kind: 'json', status: code, body: '<html><title>Error</title></html>', headers };
  }
  const error = { code, message, status, ...(details.length === 0 ? {} : { details }) };
  return json({ error }, code);
}

const rpc = (type: string, detail: Record<string, unknown>): Record<string, unknown> => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...detail,
});

export function modelGone(model: string): Answer {
  return googleError(404, `models/${model} is no longer available. Please use a newer model.`);
}

/** Everything but a refusal of content, which each of Google's APIs words in its own way. */
export const googleRefusal: Refusal = (fault) => {
  switch (fault.kind) {
    case 'fail':
      return googleError(500, 'An internal error has occurred. Please retry.');
    case 'status':
      return googleError(fault.status ?? 503, 'The model is overloaded. Please try again later.');
    case 'retired':
      return modelGone('the-model');
    case 'billing':
      return googleError(429, 'Your prepayment credits are depleted.', [
        rpc('Help', { links: [{ url: 'https://ai.google.dev/gemini-api/docs/billing' }] }),
      ]);
    case 'retry-after':
      return googleError(429, 'You exceeded your current quota, please check your plan.', [
        rpc('QuotaFailure', {
          violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }],
        }),
        rpc('RetryInfo', { retryDelay: `${secondsOf(fault)}s` }),
      ]);
    default:
      return undefined;
  }
};
