import type { Snapshot } from './judge';
import { totalsOf } from './judge-money';
import type { Deeds } from './nature';
import type { Kill } from './storm';

/** What happened, in numbers, for whoever reads the output. */
export function report(
  { generations, charged, results, workflows, tills, payments, byHand }: Snapshot,
  run: { seed: number; kills: readonly Kill[]; deeds: Deeds; quietMs: number },
): string {
  const copies = [...results.values()].filter((sent) => sent.length > 1).length;
  const refunded = charged.filter((charge) => charge.refunded).length;
  const { orders, cancels, invoices, payments: paid, refunds, cabinetRefunds } = run.deeds;
  const { forged, lost } = run.deeds;
  const stayed = [...totalsOf(tills)].map(([where, minor]) => `${where} ${minor}`);
  const back = tills.filter(({ refunded: amount }) => amount > 0n);
  const parts = back.filter(({ refunded: amount, paid: whole }) => amount < whole);
  return [
    `crash test, seed ${run.seed}: quiet ${Math.round(run.quietMs / 1000)} s after the storm`,
    `  killed: ${counted(run.kills.map(({ victim }) => victim))}`,
    `  tried: ${orders} orders, ${cancels} cancels, ${paid} payments, ${refunds} refunds`,
    `    ${invoices} invoices outside, ${cabinetRefunds} refunds there, ${forged} forged webhooks`,
    `  given up by their person: ${lost.length} orders`,
    `  generations: ${counted(generations.map(({ status }) => status))}; sent twice: ${copies}`,
    `  Stars: ${charged.length} charges, ${refunded} refunded; workflows: ${workflows.length}`,
    `  outside: ${tills.length} charges (${counted(tills.map(({ system }) => system))})`,
    `    ${back.length} refunded, ${parts.length} of them in part, ${byHand.length} by hand`,
    `    stayed, in minor units: ${stayed.join(', ')}`,
    `  payments: ${counted(payments.map(({ status }) => status))}`,
  ].join('\n');
}

function counted(names: readonly string[]): string {
  const kinds = [...new Set(names)].sort();
  return kinds.map((kind) => `${names.filter((name) => name === kind).length} ${kind}`).join(', ');
}
