/** The person's half of a bank transfer: a photo or words about it, handed to the admins. */
import type { Message } from 'telegraf/types';
import { z } from 'zod';
import type { CardRequest } from '../storage/card-request-store';
import type { Payment } from '../storage/payment-store';
import type { Card } from '../telegram/client';
import { cardKeyboard } from '../telegram/desk-keyboards';
import { excerpt } from '../telegram/excerpt';
import { menuKeyboard } from '../telegram/keyboards';
import { moneyText } from '../telegram/money-text';
import type { Translate } from '../texts/texts';
import { tellAdmins, type Attachment } from './admins';
import type { BotContext } from './context';
import { answered, ask } from './questions';

const WORDS_SHOWN_MAX = 700;

export async function askForReceipt(ctx: BotContext, { id }: Payment): Promise<void> {
  const { t } = ctx;
  await ctx.answer();
  await ask(ctx, 'receipt', { paymentId: id });
  await ctx.say({ text: t('desk.card.ask'), keyboard: menuKeyboard(t) });
}

const question = z.object({ paymentId: z.string() });

/** Whatever comes next is meant for the admins. */
export async function takeReceipt(ctx: BotContext, text: string, data: unknown): Promise<boolean> {
  const asked = question.safeParse(data);
  const { sent, person, deps, t } = ctx;
  if (!asked.success || sent === undefined) return false;
  const file = fileIn(sent);
  if (file === undefined && text === '') return false;
  const { paymentId } = asked.data;
  const request = await deps.cardRequests.noteReceipt(paymentId, person.id, deps.now());
  await tellAdmins(deps, (adminTexts) => receiptCard(ctx, adminTexts, { request, text }), file);
  await answered(ctx);
  await ctx.say({ text: t('desk.card.passedOn'), keyboard: menuKeyboard(t) });
  return true;
}

function fileIn(sent: Message): Attachment | undefined {
  if ('photo' in sent) {
    const largest = sent.photo.at(-1);
    return largest && { kind: 'photo', file: { fileId: largest.file_id } };
  }
  return 'document' in sent
    ? { kind: 'document', file: { fileId: sent.document.file_id } }
    : undefined;
}

/** All an admin needs to decide. */
function receiptCard(
  { person }: BotContext,
  t: Translate,
  { request, text }: { request: CardRequest; text: string },
): Card {
  const { reference, payment, state } = request;
  const words = excerpt(text, WORDS_SHOWN_MAX);
  return {
    text: [
      t('desk.card.admin', {
        name: excerpt(person.firstName, 60),
        telegramId: person.telegramId.toString(),
        price: moneyText(t, payment.price),
        tokens: t.plain('unit.tokens', { count: payment.packTokens }),
        reference,
      }),
      ...(state === 'open' ? [] : [t(`desk.card.state.${state}`)]),
      ...(words === '' ? [] : [t('desk.card.words', { words })]),
    ].join('\n\n'),
    keyboard: cardKeyboard(t, reference),
  };
}
