/** The buttons of buying: ways to pay, packs, payments. */
import type { Currency } from '../domain/money';
import type { Tokens } from '../domain/tokens';
import type { Translate } from '../texts/texts';
import type { CallbackAction } from './callback-data';
import { appRow, button, menuButton, rows, type InlineKeyboard } from './keyboards';
import { methodName } from './method-name';
import { moneyText } from './money-text';

export function methodsKeyboard(
  t: Translate,
  { systems, app }: { readonly systems: readonly string[]; readonly app: string | undefined },
): InlineKeyboard {
  const methods = systems.map((system) => [
    button(methodName(t, system), { type: 'buy:method', system }),
  ]);
  return rows([
    appRow(t, app),
    ...methods,
    [button(t.plain('shop.button.payments'), { type: 'payments' })],
    [menuButton(t)],
  ]);
}

/** An amount of tokens and what it costs here and now. */
export interface Offer {
  readonly packTokens: Tokens;
  readonly amountMinor: bigint;
}

interface OfferedShelf {
  readonly system: string;
  readonly currency: Currency;
  readonly offers: readonly Offer[];
  /** People may name an amount of their own. */
  readonly hasCustom: boolean;
  /** Where the Mini App is. */
  readonly app?: string | undefined;
}

export function shelfKeyboard(t: Translate, shelf: OfferedShelf): InlineKeyboard {
  const { system, currency, offers, hasCustom, app } = shelf;
  const custom: CallbackAction = { type: 'buy:custom', shelf: `${system}.${currency}` };
  return rows([
    appRow(t, app),
    ...offers.map((offer) => [offerButton(t, shelf, offer)]),
    hasCustom ? [button(t.plain('shop.button.custom'), custom)] : [],
    [button(t.plain('shop.button.promo'), { type: 'promo' })],
    [menuButton(t)],
  ]);
}

/** One offer to accept. */
export function offerKeyboard(
  t: Translate,
  shelf: Pick<OfferedShelf, 'system' | 'currency'>,
  offer: Offer,
): InlineKeyboard {
  return rows([[offerButton(t, shelf, offer)], [menuButton(t)]]);
}

/** Payments that can still be paid, each with "I have paid". */
export function paymentsKeyboard(
  t: Translate,
  open: readonly { readonly paymentId: string; readonly label: string }[],
  hasEmail: boolean,
): InlineKeyboard {
  return rows([
    ...open.map(({ paymentId, label }) => [button(label, { type: 'pay:check', paymentId })]),
    hasEmail ? [button(t.plain('shop.button.email'), { type: 'buy:email' })] : [],
    [button(t.plain('keyboard.buy'), { type: 'buy' }, 'success')],
    [menuButton(t)],
  ]);
}

/** Under an admin's words about a transfer. */
export function answerKeyboard(t: Translate, paymentId: string): InlineKeyboard {
  return rows([
    [button(t.plain('desk.answer'), { type: 'pay:check', paymentId })],
    [menuButton(t)],
  ]);
}

function offerButton(
  t: Translate,
  { system, currency }: Pick<OfferedShelf, 'system' | 'currency'>,
  { packTokens, amountMinor }: Offer,
) {
  const tokens = t.plain('unit.tokens', { count: packTokens });
  if (system === 'stars') {
    const label = t.plain('keyboard.pack', { tokens, stars: amountMinor });
    return button(label, { type: 'buy:pack', packTokens: packTokens.toString() });
  }
  const price = moneyText(t, { amountMinor, currency });
  const label = t.plain('shop.button.offer', { tokens, price });
  return button(label, { type: 'buy:offer', offer: `${system}.${currency}.${packTokens}` });
}
