/**
 * What a pressed button says. Telegram gives a button 64 bytes; the version in front lets a later
 * Easel tell its own buttons from those in old messages, which are answered politely.
 */
import { optionKeys, type OptionKey } from '../domain/catalogue';
import type { GenerationKind, PhotoStyle } from '../domain/generation';
import { photoStyles } from '../domain/generation';
import { templateIds, type TemplateId } from '../domain/templates';
import { languages, type Language } from '../texts/texts';

const VERSION = 'e1';
const BYTES_MAX = 64;

/** The one value an action may carry: its name and which texts it may be. */
interface Field<Name extends string, Value extends string> {
  readonly name: Name;
  readonly accepts: (text: string) => text is Value;
}

function oneOf<Name extends string, Value extends string>(
  name: Name,
  values: readonly Value[],
): Field<Name, Value> {
  return { name, accepts: (text): text is Value => (values as readonly string[]).includes(text) };
}

function matching<Name extends string>(name: Name, pattern: RegExp): Field<Name, string> {
  return { name, accepts: (text): text is string => pattern.test(text) };
}

// 45 characters leave room for the longest action name inside 64 bytes; a UUID has 36.
const identifier = /^[A-Za-z0-9._-]{1,45}$/;
const generationId = matching('generationId', identifier);
// A digest of the charge's id, which may be far longer than a button.
const heldCharge = matching('held', /^[0-9a-f]{16}$/);

// What a transfer is known by at the bank.
const transfer = matching('reference', identifier);

const strike = matching('strike', /^[1-9]\d{0,18}$/);

/** Every action and the value it carries, if any. Adding one here is all it takes. */
const actions = {
  menu: undefined,
  create: oneOf<'kind', GenerationKind>('kind', ['image', 'video']),
  style: oneOf<'style', PhotoStyle>('style', photoStyles),
  // A photo changed by the person's own words instead of a style.
  words: undefined,
  // Back from the confirm card to an earlier choice.
  restyle: undefined,
  remodel: undefined,
  model: matching('slug', identifier),
  // The same wish as a video, or as an image.
  as: oneOf<'kind', GenerationKind>('kind', ['image', 'video']),
  // The values of an option, one of them, and back from them.
  option: oneOf<'key', OptionKey>('key', optionKeys),
  choose: matching('choice', /^[a-z]{2,12}\.[A-Za-z0-9._/-]{1,20}$/),
  settings: undefined,
  'photo:more': undefined,
  'photo:done': undefined,
  templates: undefined,
  template: oneOf<'template', TemplateId>('template', templateIds),
  confirm: matching('draftId', identifier),
  'draft:cancel': undefined,
  'gen:cancel': generationId,
  'gen:again': generationId,
  'gen:vary': generationId,
  'gen:use': generationId,
  'gen:report': generationId,
  history: undefined,
  'history:show': generationId,
  'history:page': matching('cursor', identifier),
  balance: undefined,
  buy: undefined,
  'buy:method': matching('system', /^[a-z]{2,20}$/),
  // What is offered besides the packs for Stars: system, currency and tokens.
  'buy:offer': matching('offer', /^[a-z]{2,20}\.[A-Z]{3}\.[1-9]\d{0,12}$/),
  'buy:custom': matching('shelf', /^[a-z]{2,20}\.[A-Z]{3}$/),
  'buy:email': undefined,
  payments: undefined,
  'pay:check': matching('paymentId', identifier),
  appeal: strike,
  'appeal:lift': strike,
  'appeal:uphold': strike,
  card: transfer,
  'card:confirm': transfer,
  'card:reject': transfer,
  'card:say': transfer,
  // Nothing is done with what an admin began.
  'desk:cancel': undefined,
  held: heldCharge,
  'held:credit': heldCharge,
  'held:credit_paid': heldCharge,
  'held:return': heldCharge,
  'held:dismiss': heldCharge,
  'buy:pack': matching<'packTokens'>('packTokens', /^[1-9]\d{0,12}$/),
  promo: undefined,
  daily: undefined,
  ref: undefined,
  languages: undefined,
  lang: oneOf<'language', Language>('language', languages),
  help: undefined,
  noop: undefined,
} as const;

type Actions = typeof actions;
type FieldsOf<Shape> =
  Shape extends Field<infer Name, infer Value> ? Readonly<Record<Name, Value>> : unknown;

/** A button's meaning, told apart by `type`. `packTokens` is decimal digits. */
export type CallbackAction = {
  [Type in keyof Actions]: { readonly type: Type } & FieldsOf<Actions[Type]>;
}[keyof Actions];

/** Writes an action for a button. Throws RangeError on a value no button can carry. */
export function packCallback(action: CallbackAction): string {
  const field = actions[action.type];
  if (field === undefined) return `${VERSION}:${action.type}`;
  const value = (action as unknown as Readonly<Record<string, string>>)[field.name] ?? '';
  const data = `${VERSION}:${action.type}:${value}`;
  if (!field.accepts(value) || Buffer.byteLength(data) > BYTES_MAX) {
    throw new RangeError(`A button cannot carry this ${field.name} (${action.type})`);
  }
  return data;
}

/** Reads what a pressed button said; undefined for old, foreign or broken data. Never throws. */
export function unpackCallback(data: string | undefined): CallbackAction | undefined {
  if (data?.startsWith(`${VERSION}:`) !== true) return undefined;
  const rest = data.slice(VERSION.length + 1);
  if (isAction(rest) && actions[rest] === undefined) return { type: rest } as CallbackAction;
  const colon = rest.lastIndexOf(':');
  const type = rest.slice(0, Math.max(colon, 0));
  const value = rest.slice(colon + 1);
  const field = isAction(type) ? actions[type] : undefined;
  if (field?.accepts(value) !== true) return undefined;
  return { type, [field.name]: value } as unknown as CallbackAction;
}

function isAction(text: string): text is keyof Actions {
  return Object.hasOwn(actions, text);
}
