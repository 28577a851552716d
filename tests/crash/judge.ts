/** What must be true once it is quiet again, whatever was killed. Pure: a snapshot in, complaints out. */

import { judgeMoney, type OutsideMoney } from './judge-money';

export interface Snapshot extends OutsideMoney {
  readonly generations: readonly {
    readonly id: string;
    readonly status: string;
    /** Of its reserve; null when nothing was ever reserved. */
    readonly reserve: string | null;
  }[];
  /** How many submits the provider took, by our reference. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Results in the chats by generation, the oldest first. `answered`: Easel heard that it was sent. */
  readonly results: ReadonlyMap<string, readonly { at: number; answered: boolean }[]>;
  /** When a process died that sends or records messages; in milliseconds, as `at`. */
  readonly deaths: readonly number[];
  /** Charges as Telegram lists them. */
  readonly charged: readonly { readonly id: string; readonly refunded: boolean }[];
  /** Charges of Telegram as Easel knows them. `credits`: postings in the ledger. */
  readonly booked: readonly {
    readonly id: string;
    readonly credits: number;
    /** Refunded before there was anything to credit. */
    readonly wentBack: boolean;
    readonly refunded: boolean;
  }[];
  readonly payments: readonly {
    readonly id: string;
    readonly status: string;
    /** Money came for it, whatever became of that. */
    readonly hasMoney: boolean;
    /** It can be paid for hours to come, so its workflow rightly waits. */
    readonly staysOpen: boolean;
  }[];
  readonly refunds: readonly { readonly id: string; readonly status: string }[];
  /** `broken`: what is unsound, in words. */
  readonly ledger: {
    readonly sound: boolean;
    readonly sumOfDeltas: bigint;
    readonly broken: readonly string[];
  };
  /** Generation and payment workflows, closed ones too. */
  readonly workflows: readonly { readonly id: string; readonly status: string }[];
}

/** Clocks of messages are in whole seconds. */
const clockMs = 2_000;

/** Reserves by the status of their generation. */
const reserveOf: Readonly<Record<string, readonly (string | null)[]>> = {
  delivered: ['committed'],
  refunded: ['committed'],
  released: ['released', 'expired'],
  refused: [null],
};

/** One line for each thing that is wrong; empty when all is well. */
export function judge(snapshot: Snapshot): readonly string[] {
  return [
    ...generationsEnded(snapshot),
    ...submittedOnce(snapshot),
    ...deliveredOnce(snapshot),
    ...creditedOnce(snapshot),
    ...refundedOnce(snapshot),
    ...workflowsClosed(snapshot),
    ...judgeMoney(snapshot),
    ...(snapshot.ledger.sound
      ? []
      : [`the ledger is unsound: ${snapshot.ledger.broken.join('; ')}`]),
    ...(snapshot.ledger.sumOfDeltas === 0n ? [] : ['the entries of the ledger do not sum to zero']),
  ];
}

function generationsEnded({ generations }: Snapshot): string[] {
  return generations.flatMap(({ id, status, reserve }) => {
    const allowed = reserveOf[status];
    if (allowed === undefined) return [`generation ${id} is still ${status}`];
    return allowed.includes(reserve)
      ? []
      : [`generation ${id} is ${status}, its tokens ${reserve}`];
  });
}

function submittedOnce({ accepted, generations }: Snapshot): string[] {
  const known = new Set(generations.map(({ id }) => id));
  return [...accepted].flatMap(([reference, times]) => [
    ...(times > 1 ? [`the provider took ${times} jobs for ${reference}`] : []),
    ...(known.has(reference) ? [] : [`the provider has a job ${reference} nobody ordered`]),
  ]);
}

function deliveredOnce({ generations, results, deaths }: Snapshot): string[] {
  return generations.flatMap(({ id, status }) => {
    const sent = results.get(id) ?? [];
    const isDelivered = status === 'delivered' || status === 'refunded';
    if (isDelivered && sent.length === 0) return [`generation ${id} is ${status} but not sent`];
    if (!isDelivered && sent.length > 0) return [`generation ${id} is ${status} but was sent`];
    const needless = sent.slice(0, -1).filter(({ at, answered }, index) => {
      const again = sent[index + 1]?.at ?? at;
      const died = deaths.some((death) => death >= at - clockMs && death <= again + clockMs);
      return answered && !died;
    });
    return needless.map(() => `generation ${id} was sent again without need`);
  });
}

function creditedOnce({ charged, booked, payments }: Snapshot): string[] {
  const byId = new Map(booked.map((charge) => [charge.id, charge]));
  const lost = charged.filter(({ id }) => !byId.has(id));
  const invented = booked.filter(({ id }) => !charged.some((charge) => charge.id === id));
  return [
    ...lost.map(({ id }) => `charge ${id} was never recorded`),
    ...invented.map(({ id }) => `charge ${id} is unknown to Telegram`),
    ...booked
      .filter(({ credits, wentBack }) => credits !== (wentBack ? 0 : 1))
      .map(({ id, credits }) => `charge ${id} was credited ${credits} times`),
    ...payments
      // One whose only money was dismissed or went back was neither paid nor left unpaid.
      .filter(({ hasMoney, staysOpen }) => !hasMoney && !staysOpen)
      .filter(({ status }) => !['paid', 'expired', 'failed'].includes(status))
      .map(({ id, status }) => `payment ${id} is still ${status}`),
  ];
}

function refundedOnce({ charged, booked, refunds }: Snapshot): string[] {
  const back = new Map(charged.map(({ id, refunded }) => [id, refunded]));
  return [
    ...booked
      .filter(({ id, refunded }) => refunded !== (back.get(id) ?? false))
      .map(({ id, refunded }) => `charge ${id}: Easel says refunded ${refunded}, Telegram not so`),
    ...refunds
      .filter(({ status }) => !['settled', 'refused', 'put_back'].includes(status))
      .map(({ id, status }) => `refund ${id} is still ${status}`),
  ];
}

function workflowsClosed({ generations, payments, workflows }: Snapshot): string[] {
  const ids = new Set(workflows.map(({ id }) => id));
  const patient = new Set(
    payments.filter(({ staysOpen }) => staysOpen).map(({ id }) => `payment:${id}`),
  );
  const isRight = ({ id, status }: Snapshot['workflows'][number]) =>
    status === 'COMPLETED' || (status === 'RUNNING' && patient.has(id));
  const wanted = [
    ...generations.map(({ id }) => `generation:${id}`),
    ...payments.map(({ id }) => `payment:${id}`),
  ];
  return [
    ...wanted.filter((id) => !ids.has(id)).map((id) => `there is no workflow ${id}`),
    ...workflows
      .filter((workflow) => !isRight(workflow))
      .map(({ id, status }) => `workflow ${id} is ${status}`),
  ];
}
