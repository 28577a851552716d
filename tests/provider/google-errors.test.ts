import { googleFailure, refusalTopic, type GoogleMeaning } from '../../src/providers/google-errors';

const submitting: GoogleMeaning = {
  notFound: 'retired',
  lostMeans: 'unknown',
  internalMeans: 'unknown',
};
const asking: GoogleMeaning = {
  notFound: 'no-output',
  lostMeans: 'transient',
  internalMeans: 'transient',
};

const rpc = (type: string, detail: object) => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...detail,
});
const body = (status: string, message = 'said so', details: object[] = []) => ({
  error: { code: 0, status, message, details },
});
const quota = (violation: object) => rpc('QuotaFailure', { violations: [violation] });

test.each([
  [400, body('INVALID_ARGUMENT'), 'invalid'],
  [400, body('INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 'auth'],
  [400, body('INVALID_ARGUMENT', 'x', [rpc('ErrorInfo', { reason: 'API_KEY_INVALID' })]), 'auth'],
  [400, body('INVALID_ARGUMENT', 'not possible. Support codes: 58061214'), 'blocked'],
  [400, body('FAILED_PRECONDITION', 'User location is not supported for the API use.'), 'auth'],
  [400, body('FAILED_PRECONDITION', 'Please enable billing on project x.'), 'quota'],
  [400, body('FAILED_PRECONDITION', 'The interaction is over.'), 'invalid'],
  [400, body('OUT_OF_RANGE'), 'invalid'],
  [401, body('UNAUTHENTICATED'), 'auth'],
  [403, body('PERMISSION_DENIED'), 'auth'],
  [
    403,
    body('PERMISSION_DENIED', 'x', [rpc('ErrorInfo', { reason: 'BILLING_DISABLED' })]),
    'quota',
  ],
  [404, body('NOT_FOUND', 'models/x is no longer available.'), 'retired'],
  [404, undefined, 'retired'],
  [413, undefined, 'invalid'],
  [
    429,
    body('RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
    'rate-limited',
  ],
  [429, body('RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'), 'quota'],
  [
    429,
    body('RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your billing', [
      quota({ quotaId: 'GenerateRequestsPerMinutePerProject', quotaValue: '10' }),
      rpc('RetryInfo', { retryDelay: '34s' }),
    ]),
    'rate-limited',
  ],
  [
    429,
    body('RESOURCE_EXHAUSTED', 'x', [quota({ quotaId: 'GenerateRequestsPerDayPerProject' })]),
    'quota',
  ],
  [429, body('RESOURCE_EXHAUSTED', 'x', [quota({ quotaId: 'a', quotaValue: '0' })]), 'quota'],
  [500, body('INTERNAL'), 'unknown'],
  [500, undefined, 'unknown'],
  [502, undefined, 'unknown'],
  [503, body('UNAVAILABLE'), 'transient'],
  [504, body('DEADLINE_EXCEEDED'), 'unknown'],
  [499, body('CANCELLED'), 'unknown'],
  [429, [body('RESOURCE_EXHAUSTED')], 'rate-limited'],
  [418, { error: 'nonsense' }, 'unknown'],
])('a submit answered with HTTP %i and %j is %s', (httpStatus, answer, failure) => {
  expect(googleFailure(httpStatus, answer, submitting).failure).toBe(failure);
});

test.each([
  [404, body('NOT_FOUND'), 'no-output'],
  [404, undefined, 'no-output'],
  [500, body('INTERNAL'), 'transient'],
  [502, undefined, 'transient'],
  [504, body('DEADLINE_EXCEEDED'), 'transient'],
])('a question answered with HTTP %i and %j is %s', (httpStatus, answer, failure) => {
  expect(googleFailure(httpStatus, answer, asking).failure).toBe(failure);
});

test.each([
  ['34s', 34_000],
  ['0.25s', 250],
  ['soon', undefined],
])('a wait of %s is %s ms', (retryDelay, ms) => {
  const answer = body('RESOURCE_EXHAUSTED', 'x', [rpc('RetryInfo', { retryDelay })]);
  expect(googleFailure(429, answer, submitting).retryAfterMs).toBe(ms);
});

test("Google's own words stay out of the error: they may quote the prompt", () => {
  const answer = body('INVALID_ARGUMENT', 'The prompt "my wish" is bad. Support codes: 15236754');
  const { message } = googleFailure(400, answer, submitting);
  expect(message).toBe('HTTP 400 INVALID_ARGUMENT celebrity (support code 15236754)');
});

test.each([
  ['… Support code: 42876398.', 'other (support code 42876398)'],
  ['Support codes: 89371032, 58061214', 'prohibited (support code 89371032)'],
  ['Support codes: 99999999', 'other (support code 99999999)'],
  ['nothing of the kind 15236754', undefined],
])('the topic of %j is %s', (text, topic) => {
  expect(refusalTopic(text)).toBe(topic);
});
