/**
 * Reading what people type as the argument of a signal: plain code without any library, so that the
 * workflow itself can say what is wrong and go on.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** What a field must be, and what is said when it is not. */
export interface Rule {
  readonly holds: (fields: Fields) => boolean;
  readonly problem: string;
}

export type ReadSignal =
  { readonly ok: true; readonly fields: Fields } | { readonly ok: false; readonly problem: string };

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
const actorPattern = /^\d{1,20}$/;
const reasonPattern = /^(?=[\s\S]*\S)[\s\S]{1,500}$/;

/** Who asks, why, and the id that makes a repeated signal harmless. */
export const askedBy: readonly Rule[] = [
  {
    holds: ({ id }) => isMatch(id, idPattern),
    problem: '"id" must be 1-64 letters, digits, _ or -; it makes a repeated signal harmless',
  },
  {
    holds: ({ actor }) => isMatch(actor, actorPattern),
    problem: '"actor" must be the Telegram id of the admin, digits only',
  },
  {
    holds: ({ reason }) => isMatch(reason, reasonPattern),
    problem: '"reason" must be 1-500 characters',
  },
];

/** The first broken rule is told. Never throws. `example` is shown for what is no object at all. */
export function readSignal(raw: unknown, rules: readonly Rule[], example: string): ReadSignal {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return { ok: false, problem: `send one JSON object, for example \`${example}\`` };
  }
  // People type ids and amounts without quotes; whole numbers are as good as their digits.
  const fields: Fields = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      Number.isSafeInteger(value) ? String(value) : (value as unknown),
    ]),
  );
  const broken = rules.find(({ holds }) => !holds(fields));
  return broken === undefined ? { ok: true, fields } : { ok: false, problem: broken.problem };
}

export function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
