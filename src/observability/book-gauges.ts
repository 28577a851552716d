import { Gauge, type Registry } from 'prom-client';

/** What the audit and the reconciliation left open, and how far the books are sealed. */
export interface BookFigures {
  readonly findings: readonly {
    readonly class: string;
    readonly system: string;
    readonly open: number;
  }[];
  readonly sealedUntil: Date | null;
}

/** Returns what brings the gauges up to date; to be called before they are read. */
export function createBookGauges(registry: Registry): (figures?: BookFigures) => void {
  const findings = new Gauge({
    name: 'easel_book_findings_open',
    help: 'Findings of the audit (class broken) and of the reconciliation that wait for an admin.',
    labelNames: ['class', 'system'],
    registers: [registry],
  });
  const sealed = new Gauge({
    name: 'easel_books_sealed_until_seconds',
    help: 'Unix time up to which the ledger is sealed; old while postings go on: the audit stands still.',
    registers: [registry],
  });
  return (figures) => {
    findings.reset();
    for (const { class: kind, system, open } of figures?.findings ?? []) {
      findings.set({ class: kind, system }, open);
    }
    const until = figures?.sealedUntil ?? null;
    if (until !== null) sealed.set(until.getTime() / 1000);
  };
}
