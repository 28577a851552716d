import type { ChatMessage } from './types';

/** What the person has sent and the server has not yet answered, or refused. */
export interface Outgoing {
  id: number;
  text: string;
  replyTo?: number;
  kind: 'text' | 'photos' | 'documents';
  files: File[];
  /** Object URLs of the photos. */
  previews: string[];
  /** The latest message of the chat when this one was sent. */
  after: number;
  failed?: string;
}

function isArrived({ kind, text }: Outgoing, message: ChatMessage): boolean {
  const hasFiles = (message.files ?? []).length > 0;
  return hasFiles === (kind !== 'text') && (message.text ?? message.caption ?? '') === text;
}

/**
 * What has not come back as a message yet. The message may overtake the answer to its sending, and
 * must not be seen twice meanwhile.
 */
export function stillOut(outgoing: Outgoing[], messages: readonly ChatMessage[]): Outgoing[] {
  const taken = new Set<number>();
  return outgoing.filter((one) => {
    const arrived = messages.find(
      (message) =>
        !message.fromBot &&
        message.message_id > one.after &&
        !taken.has(message.message_id) &&
        isArrived(one, message),
    );
    if (arrived) taken.add(arrived.message_id);
    return !arrived;
  });
}
