import type {
  Chat,
  ChatMessage,
  CheckoutResult,
  Draft,
  PersonEvent,
  PersonEvents,
  ReplyKeyboard,
} from './types';

export interface ChatState {
  status: 'loading' | 'ready' | 'failed';
  /** In the order of their ids. */
  messages: ChatMessage[];
  action: string | null;
  /** Counts the actions, so that a repeated one is shown for its full time again. */
  actionSerial: number;
  keyboard: ReplyKeyboard | null;
  /** What the bot is writing just now. */
  draft: Draft | null;
  /** How often each message was edited while the page watched. */
  edits: Readonly<Record<number, number>>;
  checkouts: Readonly<Record<number, CheckoutResult>>;
}

export type ChatChange =
  | { name: 'loaded'; chat: Chat }
  | { name: 'loadFailed' }
  | { name: 'actionOver' }
  | { name: 'draftOver' }
  | PersonEvent;

export const emptyChat: ChatState = {
  status: 'loading',
  messages: [],
  action: null,
  actionSerial: 0,
  keyboard: null,
  draft: null,
  edits: {},
  checkouts: {},
};

function put(messages: readonly ChatMessage[], message: ChatMessage): ChatMessage[] {
  const last = messages.at(-1);
  if (!last || last.message_id < message.message_id) return [...messages, message];
  const others = messages.filter((other) => other.message_id !== message.message_id);
  return [...others, message].sort((a, b) => a.message_id - b.message_id);
}

function withMessage(state: ChatState, event: PersonEvents['message']): ChatState {
  const { message, keyboard } = event;
  return {
    ...state,
    messages: put(state.messages, message),
    keyboard: keyboard === undefined ? state.keyboard : keyboard,
    action: message.fromBot ? null : state.action,
    draft: message.fromBot ? null : state.draft,
  };
}

function withEdit(state: ChatState, message: ChatMessage): ChatState {
  const known = state.messages.find((other) => other.message_id === message.message_id);
  // Only what a person can see counts: a repeated event must not make the message flash.
  if (known && JSON.stringify(known) === JSON.stringify(message)) return state;
  const count = state.edits[message.message_id] ?? 0;
  return {
    ...state,
    messages: put(state.messages, message),
    edits: { ...state.edits, [message.message_id]: count + 1 },
  };
}

function withCheckout(state: ChatState, messageId: number, result: CheckoutResult): ChatState {
  const messages =
    result.state === 'paid'
      ? state.messages.map((message) =>
          message.message_id === messageId
            ? { ...message, invoiceState: 'paid' as const }
            : message,
        )
      : state.messages;
  return { ...state, messages, checkouts: { ...state.checkouts, [messageId]: result } };
}

function withAction(state: ChatState, action: string): ChatState {
  return {
    ...state,
    action: action === 'cancel' ? null : action,
    actionSerial: state.actionSerial + 1,
  };
}

function loaded(state: ChatState, chat: Chat): ChatState {
  return {
    ...state,
    status: 'ready',
    messages: [...chat.messages].sort((a, b) => a.message_id - b.message_id),
    action: chat.action ?? null,
    actionSerial: state.actionSerial + 1,
    keyboard: chat.keyboard ?? null,
  };
}

/** What the page knows of one chat after a change; the same change twice is harmless. */
export function changeChat(state: ChatState, change: ChatChange): ChatState {
  switch (change.name) {
    case 'loaded':
      return loaded(state, change.chat);
    case 'loadFailed':
      return state.status === 'ready' ? state : { ...state, status: 'failed' };
    case 'actionOver':
      return { ...state, action: null };
    case 'message':
      return withMessage(state, change.data);
    case 'edit':
      return withEdit(state, change.data.message);
    case 'delete':
      return {
        ...state,
        messages: state.messages.filter(({ message_id: id }) => id !== change.data.messageId),
      };
    case 'action':
      return withAction(state, change.data.action);
    case 'draft':
      return { ...state, draft: change.data };
    case 'draftOver':
      return { ...state, draft: null };
    case 'checkout':
      return withCheckout(state, change.data.messageId, change.data);
    default:
      return state;
  }
}
