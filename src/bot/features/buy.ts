/** Packs on sale, and the payment workflow that sends the invoice. */
import { packsKeyboard, menuKeyboard } from '../../telegram/keyboards';
import { paymentInput } from '../../workflows/inputs';
import type { BotContext } from '../context';
import { feature, onAction, onCommand, type Feature } from '../routes';

/** Telegram wants Stars for digital goods sold in a bot. */
const SYSTEM = 'stars';

export function buyFeature(): Feature {
  return feature(
    onCommand(['buy', 'pay'], showPacks),
    onAction('buy', showPacks),
    onAction('buy:pack', (ctx, { packTokens }) => openInvoice(ctx, BigInt(packTokens))),
  );
}

async function showPacks(ctx: BotContext): Promise<void> {
  const { t } = ctx;
  await ctx.answer();
  const packs = await ctx.deps.payments.packs(SYSTEM);
  const card =
    packs.length === 0
      ? { text: t('bot.buy.none'), keyboard: menuKeyboard(t) }
      : { text: t('bot.buy.title'), keyboard: packsKeyboard(t, packs.map(offerOf)) };
  await ctx.show(card);
}

async function openInvoice(ctx: BotContext, packTokens: bigint): Promise<void> {
  const { payments, engine, windows, now } = ctx.deps;
  const packs = await payments.packs(SYSTEM);
  const pack = packs.find((offered) => offered.packTokens === packTokens);
  // No longer sold: the old keyboard shows what is.
  if (pack === undefined) return showPacks(ctx);
  await ctx.answer(ctx.t.plain('bot.buy.opening'));
  const payment = await payments.create({
    id: ctx.newId('p'),
    person: ctx.person,
    chatId: ctx.chatId,
    language: ctx.person.language,
    pack,
    system: SYSTEM,
    expiresAt: new Date(now().getTime() + windows.invoiceExpiryMs),
  });
  await engine.startPayment(paymentInput(payment, windows));
}

function offerOf(pack: { packTokens: bigint; price: { amountMinor: bigint } }) {
  return { packTokens: pack.packTokens, amountMinor: pack.price.amountMinor };
}
