/** Buying: what is shown of a shelf, and the order that starts a payment. */
import { AppError } from '../domain/errors';
import { isCurrency, type Currency } from '../domain/money';
import { priceOn, type Pack, type Shelf } from '../domain/packs';
import { priceWith } from '../domain/promo';
import { TOKENS_MAX, tokens, type Tokens } from '../domain/tokens';
import { menuKeyboard } from '../telegram/keyboards';
import { methodName } from '../telegram/method-name';
import { methodsKeyboard, shelfKeyboard } from '../telegram/shop-keyboards';
import { unitPriceText } from '../telegram/unit-price';
import { paymentInput } from '../workflows/inputs';
import type { BotContext } from './context';
import { currencyFor, type PaymentMethod } from './methods';
import { ask } from './questions';

/** So many tokens by this system in this currency. */
export interface Wish {
  readonly system: string;
  readonly currency: Currency;
  readonly amount: Tokens;
}

/** With one way to pay there is nothing to choose. */
export async function showMethods(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const [only, ...others] = deps.methods;
  if (only !== undefined && others.length === 0) return showShelf(ctx, only);
  await ctx.answer();
  const systems = deps.methods.map(({ id }) => id);
  await ctx.show({
    text: t('shop.methods'),
    keyboard: methodsKeyboard(t, { systems, app: deps.settings.miniApp.url }),
  });
}

export async function showShelf(ctx: BotContext, method: PaymentMethod): Promise<void> {
  const { t, person, deps } = ctx;
  await ctx.answer();
  const key = { system: method.id, currency: currencyFor(method, person.language) };
  const shelf = await deps.payments.shelf(key);
  if (shelf.packs.length === 0) {
    await ctx.show({ text: t('bot.buy.none'), keyboard: menuKeyboard(t) });
    return;
  }
  const promo = await deps.promos.selected(person.id, deps.now());
  const lines = [
    method.id === 'stars'
      ? t('bot.buy.title')
      : t('shop.shelf', { method: methodName(t, method.id) }),
    ...(promo === undefined ? [] : [t(`shop.promo.${promo.kind}`, promo)]),
  ];
  const offers = shelf.packs.map(({ packTokens, price }) => ({
    packTokens,
    amountMinor: priceWith(promo, price).amountMinor,
  }));
  const app = deps.settings.miniApp.url;
  const keyboard = shelfKeyboard(t, { ...key, offers, hasCustom: shelf.custom !== null, app });
  await ctx.show({ text: lines.join('\n\n'), keyboard });
}

/** The shelf a button names, while the way to pay is still there. */
export function methodOf(ctx: BotContext, system: string): PaymentMethod | undefined {
  return ctx.deps.methods.find(({ id }) => id === system);
}

/** Reads "card.RUB" and "card.RUB.100", as buttons carry them. Undefined for what we do not sell. */
export function readWish(
  ctx: BotContext,
  text: string,
): (Omit<Wish, 'amount'> & { readonly amount: Tokens | undefined }) | undefined {
  const [system = '', currency = '', digits] = text.split('.');
  const method = methodOf(ctx, system);
  if (!isCurrency(currency) || method?.currencies.includes(currency) !== true) return undefined;
  if (digits === undefined) return { system, currency, amount: undefined };
  const amount = BigInt(digits);
  return amount > TOKENS_MAX ? undefined : { system, currency, amount: tokens(amount) };
}

/** Stores the payment and starts its workflow, which sends the invoice. */
export async function buy(ctx: BotContext, wish: Wish): Promise<void> {
  const { t, person, deps } = ctx;
  const method = methodOf(ctx, wish.system);
  if (method === undefined) return showMethods(ctx);
  if (method.wantsEmail && (await deps.payments.receiptEmail(person.id)) === undefined) {
    return askForEmail(ctx, wish);
  }
  const now = deps.now();
  try {
    const payment = await deps.payments.order({
      ...wish,
      id: ctx.newId('p'),
      person,
      chatId: ctx.chatId,
      language: person.language,
      now,
      expiresAt: new Date(now.getTime() + method.invoiceMs),
    });
    await ctx.answer(t.plain('bot.buy.opening'));
    await deps.engine.startPayment(paymentInput(payment, deps.windows));
  } catch (error) {
    // No longer sold, or not at this amount: what is sold is shown instead.
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
    await showShelf(ctx, method);
  }
}

/** `wish` is what goes on once the address is known. */
export async function askForEmail(ctx: BotContext, wish?: Wish): Promise<void> {
  const { t } = ctx;
  await ctx.answer();
  const pending = wish && `${wish.system}.${wish.currency}.${wish.amount}`;
  await ask(ctx, 'email', pending === undefined ? {} : { wish: pending });
  await ctx.say({ text: t('shop.email.ask'), keyboard: menuKeyboard(t) });
}

/** Tells the bounds, and what one token costs at the least and at the most. */
export async function askForAmount(
  ctx: BotContext,
  key: Omit<Wish, 'amount'>,
  { packs, custom }: Shelf,
): Promise<void> {
  const { t } = ctx;
  const [smallest, largest] = [packs[0], packs.at(-1)];
  if (custom === null || smallest === undefined || largest === undefined) return showMethods(ctx);
  await ctx.answer();
  await ask(ctx, 'amount', { shelf: `${key.system}.${key.currency}` });
  const text = t('shop.custom.ask', {
    least: custom.leastTokens,
    most: custom.mostTokens,
    dear: unitPriceText(t, smallest),
    cheap: unitPriceText(t, largest),
  });
  await ctx.say({ text, keyboard: menuKeyboard(t) });
}

/** What an amount costs this person now, with the code they chose. */
export async function quote(
  ctx: BotContext,
  shelf: Shelf,
  amount: Tokens,
): Promise<Pack['price'] | undefined> {
  const price = priceOn(shelf, amount);
  if (price === undefined) return undefined;
  const { person, deps } = ctx;
  return priceWith(await deps.promos.selected(person.id, deps.now()), price);
}
