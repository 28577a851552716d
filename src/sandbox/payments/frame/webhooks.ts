import type { Table } from '../../journal';
import type { EventLog } from './event-log';
import type { Faults } from './faults';
import { bodyToSend, rowsOfNotice, type NoticeRow } from './notices';
import type { Notice, WebhookRule } from './stand-in';

/** The cabinet's own address; off after too many failures. */
export interface WebhookSetting {
  readonly url: string;
  readonly isOff: boolean;
}

export interface WebhookParts {
  readonly rows: Table<NoticeRow>;
  readonly settings: Table<WebhookSetting>;
  readonly rule: WebhookRule;
  readonly faults: Faults;
  readonly log: EventLog;
  now(): Date;
  next(sequence: string): number;
  sign(body: string, at: Date): Record<string, string>;
}

export interface Webhooks {
  notify(notice: Notice): void;
  /** Sends what is due now; returns at once. */
  pump(): void;
  setting(): WebhookSetting | undefined;
  /** Sets the cabinet's address, which also switches it on again. */
  set(url: string): void;
  waiting(): readonly NoticeRow[];
  /** Ends attempts under way without counting them. */
  close(): Promise<void>;
}

const attemptTimeoutMs = 10_000;

/** One attempt; undefined when no answer came. */
async function post(
  row: NoticeRow,
  headers: Record<string, string>,
  closing: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await fetch(row.url, {
      method: 'POST',
      headers,
      body: bodyToSend(row),
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(attemptTimeoutMs)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

/** A notice that stands back for the next one has waited long enough. */
function letHeldGo(rows: Table<NoticeRow>, overtaker: NoticeRow): void {
  for (const row of rows.values()) {
    if (row.isHeld !== true || row.id >= overtaker.id) continue;
    rows.set(row.id, { ...row, isHeld: false, dueAt: 0 });
  }
}

/** Counts a failed attempt: the next one is planned, or the notice is given up. */
function afterFailure({ rows, rule, settings, now }: WebhookParts, row: NoticeRow): void {
  const attempts = row.attempts + 1;
  const wait = rule.nextInSeconds(attempts);
  if (wait !== undefined) {
    rows.set(row.id, { ...row, attempts, dueAt: now().getTime() + wait * 1000 });
    return;
  }
  rows.delete(row.id);
  const cabinet = settings.get('cabinet');
  if (rule.switchesOff === true && cabinet) settings.set('cabinet', { ...cabinet, isOff: true });
}

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { rows, settings, rule, faults, log, now } = parts;
  const closing = new AbortController();
  const underWay = new Map<number, Promise<void>>();
  const setting = (): WebhookSetting | undefined => settings.get('cabinet');

  async function attempt(row: NoticeRow): Promise<void> {
    const status = await post(row, parts.sign(row.body, now()), closing.signal);
    if (closing.signal.aborted) return;
    log.add('webhook', { event: row.event, url: row.url, attempt: row.attempts + 1, status });
    if (status !== undefined && rule.isTaken(status)) rows.delete(row.id);
    else afterFailure(parts, row);
    letHeldGo(rows, row);
  }

  function pump(): void {
    if (closing.signal.aborted || setting()?.isOff === true) return;
    for (const row of rows.values()) {
      if (row.dueAt > now().getTime() || underWay.has(row.id)) continue;
      const done = attempt(row).finally(() => {
        underWay.delete(row.id);
        pump();
      });
      underWay.set(row.id, done);
    }
  }

  return {
    notify(notice) {
      const url = notice.url ?? setting()?.url;
      const fault = url === undefined ? undefined : faults.take('webhook', notice.event);
      log.add('webhook', { event: notice.event, url, fault: fault?.kind });
      if (url === undefined) return;
      const made = { now: now(), nextId: () => parts.next('notices') };
      for (const row of rowsOfNotice({ ...notice, url }, fault, made)) rows.set(row.id, row);
      // After the caller's transaction, so that nothing is sent that did not happen.
      setImmediate(pump);
    },
    pump,
    setting,
    set: (url) => {
      settings.set('cabinet', { url, isOff: false });
      pump();
    },
    waiting: () => [...rows.values()],
    async close() {
      closing.abort();
      await Promise.all(underWay.values());
    },
  };
}
