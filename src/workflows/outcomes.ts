/** Enough for any honest admin; a flood of signals must not grow the workflow without bound. */
const outcomesMax = 50;

/** What became of the newest signals, by the ids their senders gave them. */
export class Outcomes<T extends { readonly id: string }> {
  private readonly known = new Map<string, T>();

  has(id: string): boolean {
    return this.known.has(id);
  }

  record(outcome: T): void {
    this.known.set(outcome.id, outcome);
    if (this.known.size > outcomesMax) {
      const oldest = [...this.known.keys()][0];
      if (oldest !== undefined) this.known.delete(oldest);
    }
  }

  get all(): readonly T[] {
    return [...this.known.values()];
  }
}

/** One Markdown line per signal, for the top of the workflow's page. */
export function describeOutcomes(
  what: string,
  outcomes: readonly { id: string; outcome: string; code?: string; problem?: string }[],
): string[] {
  return outcomes.map(({ id, outcome, code, problem }) => {
    const why = problem ?? code ?? '';
    return `- ${what} \`${id || '(no id)'}\`: ${outcome} ${why}`.trimEnd();
  });
}
