import { z } from 'zod';
import { errorTable, type ErrorCode } from '../../domain/errors';

/** Ids of generations and payments, as they stand in addresses. */
export const idParams = z.object({
  id: z.string().regex(/^[A-Za-z0-9_:-]{1,128}$/, 'is not the form of an id'),
});

export const amountSchema = z.string().meta({ description: 'A whole number as decimal text.' });

const errorCode = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);

/** The refund an admin asks for; the same rules as domain/refund, in a form OpenAPI can show. */
export const refundBody = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1-64 letters, digits, _ or -')
    .describe("The caller's own id for this refund; the same id twice is one refund."),
  actor: z
    .string()
    .regex(/^\d{1,20}$/, 'must be a Telegram id, digits only')
    .describe('Telegram id of the admin who decided it; one of ADMIN_IDS.'),
  reason: z
    .string()
    .max(500, 'must be at most 500 characters')
    .regex(/\S/, 'must say why')
    .describe('Why; kept in the audit.'),
  amount: z
    .string()
    .regex(/^[1-9]\d{0,12}$/, 'must be a whole number above zero, as text')
    .optional()
    .describe('Tokens for a generation, minor units for a payment; all of it when left out.'),
  chargeId: z
    .string()
    .min(1)
    .max(255, 'must be at most 255 characters')
    .optional()
    .describe('Payments with several charges: which one.'),
  force: z
    .boolean()
    .optional()
    .describe('Payments: refund although tokens are spent; the shortfall becomes a debt.'),
  done: z
    .boolean()
    .optional()
    .describe('Payments: the money was returned by hand (true) or will not be (false).'),
});

export const refundAccepted = z.object({
  accepted: z.literal(true),
  refundId: z.string(),
  state: z.string().describe('Address that tells what became of it; also in Location.'),
});

export const refundOutcomes = z.array(
  z.object({
    id: z.string(),
    outcome: z.enum(['settled', 'refused', 'put_back', 'in_progress', 'by_hand']),
    code: errorCode.optional(),
    problem: z.string().optional().describe('For a malformed signal: what was wrong with it.'),
  }),
);

export const decisionOutcomes = z.array(
  z.object({
    id: z.string(),
    outcome: z.enum(['done', 'refused', 'in_progress']),
    code: errorCode.optional(),
    problem: z.string().optional().describe('For a malformed signal: what was wrong with it.'),
  }),
);

/** Why the workflow's own state is missing from an answer. */
export const workflowSilence = z
  .enum(['closed', 'no_answer'])
  .optional()
  .describe(
    'Why "workflow" is null. closed: it ended long ago, the database is all there is. no_answer: no ' +
      'worker answered in time; ask again.',
  );

export { errorCode };
