import { z } from 'zod';
import { AppError, errorTable, type ErrorCode } from '../domain/errors';

/** One wrong field of a request. */
const fieldProblem = z.object({ field: z.string(), problem: z.string() });
type FieldProblem = z.output<typeof fieldProblem>;

/** The body of every answer that says no: RFC 9457. */
export const problemSchema = z.object({
  type: z.string().describe('urn:easel:problem: and the code in lower case.'),
  title: z.string().describe('The code in words.'),
  status: z.int(),
  detail: z.string().describe('What happened, what it means and what to do.'),
  instance: z.string().describe('The path that was asked for.'),
  code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
  retry: z.boolean().describe('Whether the same request can succeed later.'),
  requestId: z.string().describe('Also in the X-Request-Id header and in the log.'),
  errors: z.array(fieldProblem).optional().describe('Wrong fields, one entry each.'),
});

export type ProblemBody = z.output<typeof problemSchema>;

interface ProblemOptions {
  /** Where HTTP has a finer status than the code's own (413, 415). */
  readonly status?: number;
  readonly errors?: readonly FieldProblem[];
  readonly cause?: unknown;
}

/** A refusal made by the API itself; its message is shown to the caller as it is. */
export class Problem extends AppError {
  readonly status: number;
  readonly errors: readonly FieldProblem[] | undefined;

  constructor(code: ErrorCode, detail: string, options: ProblemOptions = {}) {
    super(code, detail, { cause: options.cause });
    this.status = options.status ?? errorTable[code].http;
    this.errors = options.errors;
  }
}

/** A request that does not match its schema, every wrong field named, no value repeated. */
export function malformed(where: string, error: z.ZodError): Problem {
  const errors = error.issues.map((issue) => ({
    field: [where, ...issue.path.map(String)].join('.'),
    problem: describe(issue),
  }));
  return new Problem(
    'INVALID_INPUT',
    'The request does not have the form this address expects, so nothing was done. Correct the ' +
      'fields listed under "errors"; /docs shows the form.',
    { errors },
  );
}

/** For JSON and %-sequences that are right in form and say no text that can be kept. */
export function unstorable(where: string): Problem {
  return new Problem(
    'INVALID_INPUT',
    `The ${where} holds the character U+0000 or half of a surrogate pair, so nothing was done. Send ` +
      'it without.',
  );
}

function describe(issue: z.core.$ZodIssue): string {
  // Field names come from the caller; the caller knows them, but our log must not carry them far.
  if (issue.code === 'unrecognized_keys') return 'has fields this address does not know';
  return issue.message;
}

/** Codes whose text in the bot speaks of chats and commands; callers of the API need other words. */
const apiWording: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'Nothing has this id here, so nothing was done. Check the id.',
  INTERNAL:
    'Something broke inside Easel, and what you asked for may not be done. Send it again: a repeat ' +
    'with the same id does nothing twice. If it breaks again, look for this requestId in the log.',
};

/** What is said of a failure, and with which status. Anything unknown is INTERNAL and says no more. */
export function explainFailure(
  error: unknown,
  explain: (code: ErrorCode) => string,
): Pick<ProblemBody, 'code' | 'status' | 'detail' | 'errors'> {
  const say = (code: ErrorCode) => apiWording[code] ?? explain(code);
  if (error instanceof Problem) {
    const { code, status, message, errors } = error;
    return { code, status, detail: message, ...(errors ? { errors: [...errors] } : {}) };
  }
  if (error instanceof AppError) {
    return { code: error.code, status: errorTable[error.code].http, detail: say(error.code) };
  }
  return { code: 'INTERNAL', status: errorTable.INTERNAL.http, detail: say('INTERNAL') };
}

/** NOT_FOUND -> "Not found". */
export function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function typeOf(code: ErrorCode): string {
  return `urn:easel:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}

/** body-parser's refusals, said in our words; its own message repeats the bytes that were sent. */
export function bodyProblem(error: unknown): Problem | undefined {
  const type = (error as { readonly type?: unknown } | null)?.type;
  if (type === 'entity.parse.failed') {
    return new Problem(
      'INVALID_INPUT',
      'The body is not valid JSON, so nothing was done. Send one JSON object with the header ' +
        'Content-Type: application/json.',
    );
  }
  if (type === 'entity.too.large') {
    return new Problem(
      'INVALID_INPUT',
      'The body is larger than 1 MB, so it was not read. Send less.',
      { status: 413 },
    );
  }
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return new Problem(
      'INVALID_INPUT',
      'The body has an encoding we do not read. Send UTF-8 JSON.',
      {
        status: 415,
      },
    );
  }
  const { status } = (error ?? {}) as { readonly status?: unknown };
  // The latter is a compressed body that cannot be unpacked.
  const isBroken =
    typeof type === 'string' ? /^(entity|request|stream)\./.test(type) : status === 400;
  if (isBroken && !(error instanceof AppError)) {
    return new Problem('INVALID_INPUT', 'The body could not be read to its end. Send it again.');
  }
  return undefined;
}
