import type { Case } from './cases';
import { judge, type Facts } from './judge';

export interface Killed {
  readonly which: Case;
  readonly facts: Facts;
}

const heads = [
  'family',
  'moment',
  'paid calls',
  'jobs',
  'ended',
  'results sent',
  'tokens',
  'verdict',
];

/** A line for each case, as Markdown. */
export function table(killed: readonly Killed[]): string {
  const rows = killed.map(({ which, facts }) => [
    which.family,
    which.moment,
    String(facts.submits),
    String(facts.jobs),
    facts.status,
    String(facts.results),
    facts.reserve ?? '–',
    judge(facts).join('; ') || 'right',
  ]);
  const widths = heads.map((head, at) =>
    Math.max(...[heads, ...rows].map((row) => row[at]?.length ?? head.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}
