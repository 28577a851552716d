import { dayKey } from './time';
import type { ChatMessage } from './types';

export type TimelineItem =
  | { kind: 'day'; key: string; date: number }
  | { kind: 'service'; key: string; message: ChatMessage }
  | {
      kind: 'bubble';
      key: string;
      /** One message, or the photos of one album. */
      messages: [ChatMessage, ...ChatMessage[]];
      /** First and last of one side's run of bubbles. */
      first: boolean;
      last: boolean;
    };

type Bubble = Extract<TimelineItem, { kind: 'bubble' }>;

/** Bubbles further apart than this, in seconds, do not stick together. */
const runGap = 300;

export function isService(message: ChatMessage): boolean {
  return [
    message.successful_payment,
    message.refunded_payment,
    message.web_app_data,
    message.pinned_message,
  ].some((part) => part !== undefined);
}

function sameAlbum({ messages: [before] }: Bubble, { media_group_id: id }: ChatMessage): boolean {
  return id !== undefined && before.media_group_id === id;
}

function sameRun({ messages: [before] }: Bubble, message: ChatMessage): boolean {
  return before.fromBot === message.fromBot && message.date - before.date < runGap;
}

/** Messages in the shape they are shown in: days, service lines and runs of bubbles. */
export function timeline(messages: readonly ChatMessage[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  let day = '';
  for (const message of messages) {
    const key = String(message.message_id);
    const today = dayKey(message.date);
    if (today !== day) items.push({ kind: 'day', key: `day-${today}`, date: message.date });
    day = today;
    const latest = items.at(-1);
    const before = latest?.kind === 'bubble' ? latest : undefined;
    if (isService(message)) items.push({ kind: 'service', key, message });
    else if (before && sameAlbum(before, message)) before.messages.push(message);
    else {
      const follows = before !== undefined && sameRun(before, message);
      if (follows) before.last = false;
      items.push({ kind: 'bubble', key, messages: [message], first: !follows, last: true });
    }
  }
  return items;
}
