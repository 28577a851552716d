/** What Google's errors mean; one table for the Gemini API and Vertex, which share google.rpc.Status. */
import { z } from 'zod';
import { failureOfStatus } from './provider-client';
import { ProviderError, type ProviderFailureClass } from './provider';

/** What depends on the call that failed. */
export interface GoogleMeaning {
  /** `retired` for a call that names a model, `no-output` for one that names a job or a file. */
  readonly notFound: 'retired' | 'no-output';
  /** No readable answer: `unknown` for a call that starts something, else `transient`. */
  readonly lostMeans: 'unknown' | 'transient';
  /** What Google's own INTERNAL means; `transient` where such a call is not billed. */
  readonly internalMeans: 'unknown' | 'transient';
}

const statusSchema = z.object({
  status: z.string().optional(),
  message: z.string().catch(''),
  details: z.array(z.record(z.string(), z.unknown())).catch([]),
});
type GoogleStatus = z.infer<typeof statusSchema>;
const answerSchema = z.object({ error: statusSchema });

// A model's refusal of its prompt or photo ends with such a code; what each code is about is listed
// at docs.cloud.google.com (responsible AI for Veo and Gemini image).
const supportCode = /support codes?:?\s*(\d{6,})/i;

const topics: Readonly<Record<string, readonly string[]>> = {
  child: ['58061214', '17301594'],
  celebrity: ['29310472', '15236754'],
  'video policy': ['64151117', '42237218'],
  dangerous: ['62263041'],
  hate: ['57734940', '22137204'],
  prohibited: ['89371032', '49114662', '63429089', '72817394', '60599140'],
  'third party': ['35561574', '35561575'],
  sexual: ['90789179', '43188360'],
  toxic: ['78610348'],
  violence: ['61493863', '56562880'],
  vulgar: ['32635315'],
};

/** What a text with a support code was refused for; undefined for a text without one. */
export function refusalTopic(text: string): string | undefined {
  const code = supportCode.exec(text)?.[1];
  if (code === undefined) return undefined;
  const topic = Object.entries(topics).find(([, codes]) => codes.includes(code))?.[0];
  return `${topic ?? 'other'} (support code ${code})`;
}

// Models also refuse in words, with nothing else to tell it from a result that went missing.
const refusingWords =
  /\b(can(?:'|’)?t|cannot|can not|unable to|not able to|won(?:'|’)?t)\b|guidelines|polic(y|ies)|не могу|не можем|нельзя/iu;

/** Whether what a model wrote instead of a result reads as a refusal. */
export function soundsRefusing(text: string): boolean {
  return refusingWords.test(text);
}

function detailOf({ details }: GoogleStatus, type: string): Record<string, unknown> | undefined {
  return details.find((detail) => String(detail['@type']).endsWith(`google.rpc.${type}`));
}

function reasonOf(status: GoogleStatus): string {
  const reason = detailOf(status, 'ErrorInfo')?.['reason'];
  return typeof reason === 'string' ? reason : '';
}

/** "34s" or "0.5s" of google.rpc.RetryInfo, in milliseconds. */
function retryDelayMs(status: GoogleStatus): number | undefined {
  const delay = detailOf(status, 'RetryInfo')?.['retryDelay'];
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(String(delay))?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1_000);
}

/** A quota for a day, or one of zero, will not be there again in a minute: the owner must act. */
function isSpent(status: GoogleStatus): boolean {
  if (/credits? (are|is) depleted|prepay|spending (cap|limit)/i.test(status.message)) return true;
  const violations = z
    .array(z.object({ quotaId: z.string().catch(''), quotaValue: z.string().optional() }))
    .catch([])
    .parse(detailOf(status, 'QuotaFailure')?.['violations']);
  return violations.some(
    ({ quotaId, quotaValue }) => /PerDay/i.test(quotaId) || quotaValue === '0',
  );
}

function invalidArgument(status: GoogleStatus): ProviderFailureClass {
  if (reasonOf(status).startsWith('API_KEY') || /api key/i.test(status.message)) return 'auth';
  return refusalTopic(status.message) === undefined ? 'invalid' : 'blocked';
}

const isBilling = (status: GoogleStatus): boolean =>
  reasonOf(status) === 'BILLING_DISABLED' || /billing/i.test(status.message);

/** Said of a project without billing, of a country without the API, and of a job in a wrong state. */
function failedPrecondition(status: GoogleStatus): ProviderFailureClass {
  if (isBilling(status)) return 'quota';
  return /location|country|region/i.test(status.message) ? 'auth' : 'invalid';
}

function classOf(status: GoogleStatus, meaning: GoogleMeaning): ProviderFailureClass | undefined {
  switch (status.status) {
    case 'INVALID_ARGUMENT':
      return invalidArgument(status);
    case 'OUT_OF_RANGE':
      return 'invalid';
    case 'FAILED_PRECONDITION':
      return failedPrecondition(status);
    case 'PERMISSION_DENIED':
      return isBilling(status) ? 'quota' : 'auth';
    case 'UNAUTHENTICATED':
      return 'auth';
    case 'NOT_FOUND':
      return meaning.notFound;
    case 'RESOURCE_EXHAUSTED':
      return isSpent(status) ? 'quota' : 'rate-limited';
    case 'UNAVAILABLE':
      return 'transient';
    case 'INTERNAL':
      return meaning.internalMeans;
    case 'DEADLINE_EXCEEDED':
    case 'CANCELLED':
    case 'ABORTED':
    case 'UNKNOWN':
      return meaning.lostMeans;
    default:
      return undefined;
  }
}

/** An HTTP refusal as a {@link ProviderError}. `body` is the parsed JSON, undefined when there is none. */
export function googleFailure(
  httpStatus: number,
  body: unknown,
  meaning: GoogleMeaning,
): ProviderError {
  // Vertex wraps some errors into a list.
  const parsed = answerSchema.safeParse(Array.isArray(body) ? body[0] : body);
  const status = parsed.data?.error ?? { message: '', details: [] };
  const byStatus = httpStatus === 404 ? meaning.notFound : failureOfStatus[httpStatus];
  const failure = classOf(status, meaning) ?? byStatus ?? meaning.lostMeans;
  // Google's message may quote the prompt; its status and the topic of a refusal do not.
  const topic = refusalTopic(status.message);
  const told = [`HTTP ${httpStatus}`, status.status, topic].filter((word) => word !== undefined);
  const waitMs = failure === 'rate-limited' ? retryDelayMs(status) : undefined;
  return new ProviderError(failure, told.join(' '), waitMs);
}
