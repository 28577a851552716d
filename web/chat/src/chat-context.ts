import { createContext, useContext } from 'react';
import type { InvoiceStatus } from './mini-app-bridge';
import type { Texts } from './texts';
import type { Bot, ChatFile, ChatMessage, Language, Person } from './types';

/** What any part of a chat may know and do. */
export interface ChatScope {
  texts: Texts;
  language: Language;
  person: Person;
  bot: Bot;
  /** Keys of the callback buttons which wait for their answer. */
  waiting: ReadonlySet<string>;
  pressButton(messageId: number, data: string): void;
  openLink(address: string): void;
  openWebApp(url: string, title: string): void;
  openPhoto(file: ChatFile): void;
  openInvoice(message: ChatMessage): void;
  /** For Mini Apps, which have invoices without a message. */
  openInvoiceLink(slug: string, closed: (status: InvoiceStatus) => void): void;
  sendText(text: string): void;
  /** Puts a text into the composer. */
  compose(text: string): void;
  copy(text: string): void;
  reply(message: ChatMessage): void;
  remove(message: ChatMessage): void;
}

export const ChatContext = createContext<ChatScope | null>(null);

export function useChatScope(): ChatScope {
  const scope = useContext(ChatContext);
  if (!scope) throw new Error('A part of the chat is outside of the chat');
  return scope;
}
