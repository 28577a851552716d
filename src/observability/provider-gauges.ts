import { Gauge, type Registry } from 'prom-client';

/** How a provider stands for all workers together; money in micro-dollars. */
export interface ProviderFigures {
  readonly provider: string;
  readonly breaker: 'closed' | 'half-open' | 'open';
  readonly paused: boolean;
  readonly placesTaken: number;
  readonly spentToday: bigint;
  readonly spentThisMonth: bigint;
  readonly budgetDay: bigint | null;
  readonly budgetMonth: bigint | null;
}

const breakerValues = { closed: 0, 'half-open': 1, open: 2 } as const;
const microsOfDollar = 1_000_000;

/** Returns what brings the gauges up to date; to be called before they are read. */
export function createProviderGauges(
  registry: Registry,
): (all: readonly ProviderFigures[]) => void {
  const gauge = (name: string, help: string, labels: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: ['provider', ...labels], registers: [registry] });
  const breaker = gauge(
    'easel_provider_breaker',
    'Breaker of a provider: 0 closed, 1 one trial at a time, 2 resting.',
  );
  const paused = gauge('easel_provider_paused', 'Whether an admin switched the provider off.');
  const places = gauge('easel_provider_places_taken', 'Jobs that hold one of its limited places.');
  const spent = gauge('easel_provider_spent_usd', 'Spent there, by UTC day and month.', ['period']);
  const budget = gauge('easel_provider_budget_usd', 'Its budget, if there is one.', ['period']);
  return (all) => {
    for (const each of [breaker, paused, places, spent, budget]) each.reset();
    for (const { provider, ...figures } of all) {
      breaker.set({ provider }, breakerValues[figures.breaker]);
      paused.set({ provider }, figures.paused ? 1 : 0);
      places.set({ provider }, figures.placesTaken);
      const { spentToday, spentThisMonth, budgetDay, budgetMonth } = figures;
      spent.set({ provider, period: 'day' }, Number(spentToday) / microsOfDollar);
      spent.set({ provider, period: 'month' }, Number(spentThisMonth) / microsOfDollar);
      const limits = { day: budgetDay, month: budgetMonth };
      for (const [period, limit] of Object.entries(limits)) {
        if (limit !== null) budget.set({ provider, period }, Number(limit) / microsOfDollar);
      }
    }
  };
}
