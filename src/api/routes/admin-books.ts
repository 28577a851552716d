import { z } from 'zod';
import { findingClasses, type Finding } from '../../domain/finding';
import type { MoneyLine, TokenLine } from '../../storage/statement-store';
import { refuseUnknownActor } from '../admin-actor';
import { forAdmins } from '../admin-guard';
import { csvOf, type CsvValue } from '../csv';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { amountSchema, refundBody } from './admin-schemas';

const listMax = 200;
const dayMs = 86_400_000;
const csvType = 'text/csv';

const findingList = z.object({
  findings: z.array(
    z.object({
      id: z.string(),
      class: z.enum(findingClasses),
      system: z.string().describe('A payment system, or "ledger" for what the audit found.'),
      subject: z.string(),
      paymentId: z.string().nullable().describe('The payment that was made to look again.'),
      detail: z.string(),
      amountMinor: amountSchema.nullable(),
      currency: z.string().nullable(),
      happenedAt: z.iso.datetime(),
      seen: z.int().describe('How many runs saw it.'),
      firstSeenAt: z.iso.datetime(),
      lastSeenAt: z.iso.datetime(),
    }),
  ),
});

const findingParams = z.object({ id: z.string().regex(/^[1-9]\d{0,17}$/, 'is not a finding') });
const personParams = z.object({ id: z.uuid('is not the form of a person id') });
const dayParams = z.object({ day: z.iso.date('must be a day as 2026-01-31') });
const resolveBody = z.strictObject(refundBody.pick({ actor: true, reason: true }).shape);

const personColumns: Readonly<Record<string, (line: TokenLine) => CsvValue>> = {
  number: (line) => line.version,
  at: (line) => line.at,
  operation: (line) => line.operation,
  tokens: (line) => line.tokens,
  available_after: (line) => line.availableAfter,
  reference: (line) => line.reference,
  key: (line) => line.key,
};

const dayColumns: Readonly<Record<string, (line: MoneyLine) => CsvValue>> = {
  transfer: (line) => line.transferId,
  at: (line) => line.at,
  operation: (line) => line.operation,
  system: (line) => line.system,
  charge: (line) => line.chargeId,
  payment: (line) => line.paymentId,
  account: (line) => line.account,
  currency: (line) => line.currency,
  amount_minor: (line) => line.amountMinor,
  payout: (line) => line.payoutId,
};

export function adminBookRoutes(deps: ApiDeps): Route[] {
  return [findingsRoute(deps), resolveRoute(deps), ...statementRoutes(deps)];
}

function findingsRoute({ settings, findings }: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(settings),
    method: 'get',
    path: '/admin/findings',
    summary: 'What the audit and the reconciliation found',
    description: `Open findings, the oldest first, at most ${listMax}.`,
    problems: ['UNAUTHORIZED', 'NOT_FOUND'],
    answer: { status: 200, description: 'The queue.', schema: findingList },
    handle: async () => ({ findings: (await findings.open(listMax)).map(onWire) }),
  });
}

function resolveRoute(deps: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(deps.settings),
    method: 'post',
    path: '/admin/findings/:id/resolve',
    summary: 'Explain a finding',
    description:
      'Takes it off the queue with a reason, which the audit keeps. The same difference is not ' +
      'brought up again.',
    params: findingParams,
    body: resolveBody,
    problems: ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN'],
    answer: {
      status: 200,
      description: 'It is off the queue.',
      schema: z.object({ resolved: z.literal(true) }),
    },
    handle: async ({ params: { id }, body }) => {
      const target = `finding:${id}`;
      await refuseUnknownActor(deps, { action: 'resolve_finding', target, body });
      await deps.findings.resolve(BigInt(id), body);
      return { resolved: true as const };
    },
  });
}

function statementRoutes({ settings, statements }: ApiDeps): Route[] {
  const csv = {
    ...forAdmins(settings),
    method: 'get',
    problems: ['UNAUTHORIZED', 'NOT_FOUND'],
    answer: { status: 200, description: 'CSV.', schema: z.string(), mediaType: csvType },
  } as const;
  return [
    defineRoute({
      ...csv,
      path: '/admin/people/:id/statement.csv',
      summary: "A person's statement",
      description: 'Every movement of their tokens, the oldest first.',
      params: personParams,
      handle: ({ params: { id } }) => csvOf(statements.ofPerson(id), personColumns),
    }),
    defineRoute({
      ...csv,
      path: '/admin/statements/:day',
      summary: "A day's statement",
      description: 'Every money entry of a UTC day; a positive amount is a debit.',
      params: dayParams,
      handle: ({ params: { day } }) => {
        const from = new Date(`${day}T00:00:00Z`);
        const until = new Date(from.getTime() + dayMs);
        return csvOf(statements.ofTime(from, until), dayColumns);
      },
    }),
  ];
}

function onWire(finding: Finding) {
  return {
    ...finding,
    id: finding.id.toString(),
    amountMinor: finding.amountMinor?.toString() ?? null,
    happenedAt: finding.happenedAt.toISOString(),
    firstSeenAt: finding.firstSeenAt.toISOString(),
    lastSeenAt: finding.lastSeenAt.toISOString(),
  };
}
