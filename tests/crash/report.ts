import type { Snapshot } from './judge';
import type { Deeds } from './people';
import type { Kill } from './storm';

/** What happened, in numbers, for whoever reads the output. */
export function report(
  { generations, charged, results, workflows }: Snapshot,
  run: { seed: number; kills: readonly Kill[]; deeds: Deeds; quietMs: number },
): string {
  const copies = [...results.values()].filter((sent) => sent.length > 1).length;
  const refunded = charged.filter((charge) => charge.refunded).length;
  const { orders, cancels, payments, refunds, lost } = run.deeds;
  return [
    `crash test, seed ${run.seed}: quiet ${Math.round(run.quietMs / 1000)} s after the storm`,
    `  killed: ${counted(run.kills.map(({ victim }) => victim))}`,
    `  tried: ${orders} orders, ${cancels} cancels, ${payments} payments, ${refunds} refunds`,
    `  given up by their person: ${lost.length} orders`,
    `  generations: ${counted(generations.map(({ status }) => status))}; sent twice: ${copies}`,
    `  charges: ${charged.length}, refunded: ${refunded}; workflows: ${workflows.length}`,
  ].join('\n');
}

function counted(names: readonly string[]): string {
  const kinds = [...new Set(names)].sort();
  return kinds.map((kind) => `${names.filter((name) => name === kind).length} ${kind}`).join(', ');
}
