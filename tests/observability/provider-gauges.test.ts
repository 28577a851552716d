import { createMetrics } from '../../src/observability/metrics';

const kling = {
  provider: 'kling',
  breaker: 'open',
  paused: false,
  placesTaken: 3,
  spentToday: 1_500_000n,
  spentThisMonth: 20_000_000n,
  budgetDay: 12_500_000n,
  budgetMonth: null,
} as const;

test('the figures of providers are those of the moment they are asked for', async () => {
  const all: unknown[] = [kling];
  const metrics = createMetrics({ providers: () => Promise.resolve(all as (typeof kling)[]) });
  const text = await metrics.render();
  expect(text).toContain('easel_provider_breaker{provider="kling"} 2');
  expect(text).toContain('easel_provider_places_taken{provider="kling"} 3');
  expect(text).toContain('easel_provider_spent_usd{provider="kling",period="day"} 1.5');
  expect(text).toContain('easel_provider_budget_usd{provider="kling",period="day"} 12.5');
  expect(text).not.toContain('easel_provider_budget_usd{provider="kling",period="month"}');
  all[0] = { ...kling, breaker: 'closed', budgetDay: null };
  const later = await metrics.render();
  expect(later).toContain('easel_provider_breaker{provider="kling"} 0');
  expect(later).not.toContain('easel_provider_budget_usd{');
});

test('the other figures are told when the providers cannot be', async () => {
  const metrics = createMetrics({ providers: () => Promise.reject(new Error('no database')) });
  metrics.submitted('kling', 'quota');
  metrics.fellBack('kling', 'fal');
  const text = await metrics.render();
  expect(text).toContain('easel_provider_submits_total{provider="kling",outcome="quota"} 1');
  expect(text).toContain('easel_provider_fallbacks_total{from="kling",to="fal"} 1');
  expect(text).not.toContain('easel_provider_breaker{');
});
