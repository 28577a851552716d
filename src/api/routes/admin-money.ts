import { z } from 'zod';
import { currencyDecimals, type Currency } from '../../domain/money';
import { refuseUnknownActor } from '../admin-actor';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { amountSchema, refundBody } from './admin-schemas';

const balances = z.object({
  accounts: z.array(
    z.object({
      account: z.string().describe('"clearing:stripe": what the system holds for the owner.'),
      currency: z.string(),
      amountMinor: amountSchema,
    }),
  ),
});

const payoutBody = z.strictObject({
  ...refundBody.pick({ id: true, actor: true, reason: true }).shape,
  id: refundBody.shape.id.describe(
    'Your own id of it, as on the bank statement; twice is one payout.',
  ),
  system: z.string().regex(/^[a-z]{2,32}$/, 'is not a payment system'),
  currency: z.enum(Object.keys(currencyDecimals) as [Currency, ...Currency[]]),
  amountMinor: z
    .string()
    .regex(/^-?[1-9]\d{0,15}$/, 'must be a whole number but zero, as text')
    .describe(
      'Minor units that left the system; negative: paid in, or the correction of a mistake.',
    ),
});

/** The accounts of outside money, and what the payment systems paid out. */
export function adminMoneyRoutes(deps: ApiDeps): Route[] {
  const access = forAdmins(deps.settings);
  return [
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/money',
      summary: 'The money accounts',
      description: 'Balances by account and currency; positive is a debit.',
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: { status: 200, description: 'The accounts.', schema: balances },
      handle: async () => {
        const accounts = await deps.payouts.moneyBalances();
        return {
          accounts: accounts.map((one) => ({ ...one, amountMinor: one.amountMinor.toString() })),
        };
      },
    }),
    defineRoute({
      ...access,
      method: 'post',
      path: '/admin/payouts',
      summary: 'Record a payout',
      description:
        'What a payment system paid out to the owner: from its clearing account to the bank. Kept in ' +
        'the audit. NOT_FOUND where no money of this system came in this currency.',
      body: payoutBody,
      problems: ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN', 'IDEMPOTENCY_CONFLICT'],
      answer: {
        status: 200,
        description: 'It is recorded.',
        schema: z.object({ recorded: z.literal(true) }),
      },
      handle: async ({ body }) => {
        const { id, system, currency, amountMinor, actor, reason } = body;
        const target = `payout:${system}:${id}`;
        await refuseUnknownActor(deps, { action: 'record_payout', target, body });
        const amount = { currency, amountMinor: BigInt(amountMinor) };
        await deps.payouts.recordPayout({ id, system, amount, actor, reason });
        return { recorded: true as const };
      },
    }),
  ];
}
