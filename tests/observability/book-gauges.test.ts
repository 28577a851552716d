import { createMetrics } from '../../src/observability/metrics';

test('open findings and the age of the newest seal are shown', async () => {
  const findings = [{ class: 'missing_here', system: 'stripe', open: 2 }];
  const sealedUntil = new Date('2026-11-21T10:00:00Z');
  const metrics = createMetrics({ books: () => Promise.resolve({ findings, sealedUntil }) });
  const text = await metrics.render();
  expect(text).toContain('easel_book_findings_open{class="missing_here",system="stripe"} 2');
  expect(text).toContain(`easel_books_sealed_until_seconds ${sealedUntil.getTime() / 1000}`);
});

test('metrics are served although the books cannot be read', async () => {
  const metrics = createMetrics({ books: () => Promise.reject(new Error('no database')) });
  expect(await metrics.render()).not.toContain('easel_book_findings_open{');
});
