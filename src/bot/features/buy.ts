/** Ways to pay, packs on sale, an amount of one's own; then the payment workflow sends the invoice. */
import { z } from 'zod';
import type { Shelf } from '../../domain/packs';
import { TOKENS_MAX, tokens } from '../../domain/tokens';
import { menuKeyboard } from '../../telegram/keyboards';
import { offerKeyboard } from '../../telegram/shop-keyboards';
import { moneyText } from '../../telegram/money-text';
import { unitPriceText } from '../../telegram/unit-price';
import type { BotContext } from '../context';
import { answered } from '../questions';
import { feature, onAction, onCommand, type Feature } from '../routes';
import {
  askForAmount,
  askForEmail,
  buy,
  methodOf,
  quote,
  readWish,
  showMethods,
  showShelf,
} from '../shop';

export function buyFeature(): Feature {
  return feature(
    onCommand('buy', showMethods),
    onAction('buy', showMethods),
    onAction('buy:method', chooseMethod),
    onAction('buy:pack', (ctx, { packTokens }) => buyOffer(ctx, `stars.XTR.${packTokens}`)),
    onAction('buy:offer', (ctx, { offer }) => buyOffer(ctx, offer)),
    onAction('buy:custom', (ctx, { shelf }) => nameAmount(ctx, shelf)),
    onAction('buy:email', (ctx) => askForEmail(ctx)),
  );
}

async function chooseMethod(ctx: BotContext, { system }: { system: string }): Promise<void> {
  const method = methodOf(ctx, system);
  await (method === undefined ? showMethods(ctx) : showShelf(ctx, method));
}

async function buyOffer(ctx: BotContext, offer: string): Promise<void> {
  const wish = readWish(ctx, offer);
  if (wish?.amount === undefined) return showMethods(ctx);
  await buy(ctx, { ...wish, amount: wish.amount });
}

async function nameAmount(ctx: BotContext, text: string): Promise<void> {
  const key = readWish(ctx, text);
  const shelf = key && (await ctx.deps.payments.shelf(key));
  if (key === undefined || shelf === undefined) return showMethods(ctx);
  await askForAmount(ctx, key, shelf);
}

const amountQuestion = z.object({ shelf: z.string() });

/** A number answers it; anything else is something else. */
export async function takeAmount(ctx: BotContext, text: string, data: unknown): Promise<boolean> {
  const digits = text.replaceAll(/[\s\u00a0.,]/g, '');
  const question = amountQuestion.safeParse(data);
  if (!/^\d{1,12}$/.test(digits) || !question.success) return false;
  const key = readWish(ctx, question.data.shelf);
  const shelf = key && (await ctx.deps.payments.shelf(key));
  if (key === undefined || shelf === undefined || shelf.custom === null) return false;
  await offerAmount(ctx, { key, shelf, digits });
  return true;
}

async function offerAmount(
  ctx: BotContext,
  {
    key,
    shelf,
    digits,
  }: { key: NonNullable<ReturnType<typeof readWish>>; shelf: Shelf; digits: string },
): Promise<void> {
  const { t } = ctx;
  const wanted = BigInt(digits);
  const price = wanted > TOKENS_MAX ? undefined : await quote(ctx, shelf, tokens(wanted));
  if (price === undefined || shelf.custom === null) {
    const { leastTokens: least = 0n, mostTokens: most = 0n } = shelf.custom ?? {};
    await ctx.say({ text: t('shop.custom.outside', { least, most }), keyboard: menuKeyboard(t) });
    return;
  }
  await answered(ctx);
  const pack = { packTokens: tokens(wanted), price };
  const text = t('shop.custom.offer', {
    tokens: t.plain('unit.tokens', { count: wanted }),
    price: moneyText(t, price),
    each: unitPriceText(t, pack),
  });
  const offer = { packTokens: pack.packTokens, amountMinor: price.amountMinor };
  await ctx.say({ text, keyboard: offerKeyboard(t, key, offer) });
}

const emailQuestion = z.object({ wish: z.string().optional() });
const emailSchema = z.email().max(254);

/** One word with an @ answers it; the purchase that asked for it goes on. */
export async function takeEmail(ctx: BotContext, text: string, data: unknown): Promise<boolean> {
  if (!/^\S*@\S*$/.test(text)) return false;
  const { t, person, deps } = ctx;
  const email = emailSchema.safeParse(text);
  if (!email.success) {
    await ctx.say({ text: t('shop.email.wrong'), keyboard: menuKeyboard(t) });
    return true;
  }
  await deps.payments.setReceiptEmail(person.id, email.data);
  await answered(ctx);
  const { wish } = emailQuestion.parse(data);
  await ctx.say({ text: t('shop.email.kept', { email: email.data }), keyboard: menuKeyboard(t) });
  if (wish !== undefined) await buyOffer(ctx, wish);
  return true;
}
