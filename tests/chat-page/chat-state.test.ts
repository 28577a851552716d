import { changeChat, emptyChat, type ChatState } from '../../web/chat/src/chat-state';
import { stillOut, type Outgoing } from '../../web/chat/src/outbox';
import { timeline } from '../../web/chat/src/timeline';
import type { ChatMessage } from '../../web/chat/src/types';

function message(id: number, fields: Partial<ChatMessage> = {}): ChatMessage {
  return { message_id: id, date: 1_700_000_000 + id, fromBot: true, text: `m${id}`, ...fields };
}

function loaded(...messages: ChatMessage[]): ChatState {
  return changeChat(emptyChat, { name: 'loaded', chat: { messages } });
}

function ids({ messages }: ChatState): number[] {
  return messages.map(({ message_id: id }) => id);
}

const botId = 1;

describe('an open chat', () => {
  test('shows a message once and in its place, however often and late it is told', () => {
    let state = loaded(message(1), message(4));
    for (const id of [3, 2, 3, 4]) {
      state = changeChat(state, { name: 'message', data: { botId, message: message(id) } });
    }
    expect(ids(state)).toEqual([1, 2, 3, 4]);
  });

  test('counts an edit for its transition only when something changed', () => {
    const edited = message(1, { text: 'new' });
    let state = changeChat(loaded(message(1)), { name: 'edit', data: { botId, message: edited } });
    state = changeChat(state, { name: 'edit', data: { botId, message: edited } });
    expect(state.edits).toEqual({ 1: 1 });
    expect(state.messages[0]?.text).toBe('new');
  });

  test('forgets a deleted message', () => {
    const state = changeChat(loaded(message(1), message(2)), {
      name: 'delete',
      data: { botId, messageId: 1 },
    });
    expect(ids(state)).toEqual([2]);
  });

  test('ends the action and the draft with the next message of the bot', () => {
    let state = changeChat(loaded(), { name: 'action', data: { botId, action: 'typing' } });
    state = changeChat(state, { name: 'draft', data: { botId, draftId: 1, text: 'Onc' } });
    expect([state.action, state.draft?.text]).toEqual(['typing', 'Onc']);
    state = changeChat(state, { name: 'message', data: { botId, message: message(1) } });
    expect([state.action, state.draft]).toEqual([null, null]);
  });

  test('keeps the reply keyboard until a message brings another one or takes it away', () => {
    const keyboard = { keyboard: [['a']] };
    let state = changeChat(loaded(), {
      name: 'message',
      data: { botId, message: message(1), keyboard },
    });
    state = changeChat(state, { name: 'message', data: { botId, message: message(2) } });
    expect(state.keyboard).toEqual(keyboard);
    state = changeChat(state, {
      name: 'message',
      data: { botId, message: message(3), keyboard: null },
    });
    expect(state.keyboard).toBeNull();
  });

  test('marks an invoice as paid when its checkout says so', () => {
    const state = changeChat(loaded(message(1, { invoiceState: 'open' })), {
      name: 'checkout',
      data: { botId, messageId: 1, state: 'paid' },
    });
    expect(state.messages[0]?.invoiceState).toBe('paid');
  });

  test('stays as it was when a later look at it fails', () => {
    const state = loaded(message(1));
    expect(changeChat(state, { name: 'loadFailed' })).toBe(state);
    expect(changeChat(emptyChat, { name: 'loadFailed' }).status).toBe('failed');
  });
});

describe('a message on its way', () => {
  const sent: Outgoing = { id: 1, kind: 'text', text: 'hi', files: [], previews: [], after: 5 };

  test('is hidden as soon as it has come back, even before its sending is answered', () => {
    expect(stillOut([sent], [message(6, { fromBot: false, text: 'hi' })])).toEqual([]);
  });

  test('stays when only an older or a foreign message has its text', () => {
    const others = [message(5, { fromBot: false, text: 'hi' }), message(6, { text: 'hi' })];
    expect(stillOut([sent], others)).toEqual([sent]);
  });

  test('is not hidden twice by one message', () => {
    const second = { ...sent, id: 2 };
    const arrived = [message(6, { fromBot: false, text: 'hi' })];
    expect(stillOut([sent, second], arrived)).toEqual([second]);
  });
});

describe('the timeline of a chat', () => {
  test('joins the photos of an album into one bubble', () => {
    const album = { media_group_id: 'g' };
    const [, bubble] = timeline([message(1, album), message(2, album), message(3)]);
    expect(bubble).toMatchObject({ kind: 'bubble', messages: [{ message_id: 1 }, {}] });
  });

  test('breaks a run of bubbles at the other side, at a pause and at a service message', () => {
    const payment = { currency: 'XTR', total_amount: 5, invoice_payload: 'p' };
    const paid = { ...payment, telegram_payment_charge_id: 'c' };
    const items = timeline([
      message(1),
      message(2),
      message(3, { fromBot: false }),
      message(4, { fromBot: false, date: 1_700_000_900 }),
      message(5, { fromBot: false, date: 1_700_000_901, successful_payment: paid }),
      message(6, { fromBot: false, date: 1_700_000_902 }),
    ]);
    const firsts = items.flatMap((item) => (item.kind === 'bubble' ? [item.first] : []));
    expect(firsts).toEqual([true, false, true, true, true]);
  });
});
