import type { Fault } from './faults';
import type { Notice } from './stand-in';

/** A webhook that was not taken yet. */
export interface NoticeRow {
  readonly id: number;
  readonly event: string;
  readonly url: string;
  readonly body: string;
  /** Attempts made. */
  readonly attempts: number;
  readonly dueAt: number;
  /** Waits for a later notice to overtake it, at most until `dueAt`. */
  readonly isHeld?: boolean;
  /** The first attempt is to arrive damaged. */
  readonly isCorrupt?: boolean;
}

export type WebhookFault = Extract<Fault, { at: 'webhook' }>;

const laterSeconds = 60;

const copiesOf: Readonly<Record<WebhookFault['kind'], number>> = {
  drop: 0,
  delay: 1,
  duplicate: 2,
  reorder: 1,
  corrupt: 1,
};

/** What is kept of a notice once a fault had its way: nothing, one row or two. */
export function rowsOfNotice(
  notice: Notice & { readonly url: string },
  fault: WebhookFault | undefined,
  made: { readonly now: Date; nextId(): number },
): readonly NoticeRow[] {
  const isLater = fault?.kind === 'delay' || fault?.kind === 'reorder';
  const waitMs = isLater ? (fault.seconds ?? laterSeconds) * 1000 : 0;
  return Array.from({ length: fault ? copiesOf[fault.kind] : 1 }, () => ({
    id: made.nextId(),
    event: notice.event,
    url: notice.url,
    body: notice.body,
    attempts: 0,
    dueAt: made.now.getTime() + waitMs,
    ...(fault?.kind === 'reorder' && { isHeld: true }),
    ...(fault?.kind === 'corrupt' && { isCorrupt: true }),
  }));
}

/** The body of the next attempt. A damaged one keeps its form: its last letter or digit differs. */
export function bodyToSend({ body, attempts, isCorrupt }: NoticeRow): string {
  if (isCorrupt !== true || attempts > 0) return body;
  return body.replace(
    /([0-9a-z])([^0-9a-z]*)$/i,
    (_all, last: string, rest: string) => `${last === '0' ? '1' : '0'}${rest}`,
  );
}
