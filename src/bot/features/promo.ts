/** Promo codes: `/promo CODE`, or the button and then the code. Admins make them with `/promo new`. */
import { promoCodeOf } from '../../domain/promo';
import type { EnteredPromo } from '../../storage/promo-store';
import { buyKeyboard, menuKeyboard } from '../../telegram/keyboards';
import type { BotContext } from '../context';
import { adminPromo } from '../promo-admin';
import { answered, ask } from '../questions';
import { feature, isAdmin, onAction, onCommand, type Feature } from '../routes';

export function promoFeature(): Feature {
  return feature(
    onCommand('promo', async (ctx, argument) => {
      if (isAdmin(ctx) && (await adminPromo(ctx, argument))) return;
      await (argument === '' ? askForCode(ctx) : enter(ctx, argument));
    }),
    onAction('promo', askForCode),
  );
}

async function askForCode(ctx: BotContext): Promise<void> {
  const { t } = ctx;
  await ctx.answer();
  await ask(ctx, 'promo');
  await ctx.say({ text: t('bonus.promo.ask'), keyboard: menuKeyboard(t) });
}

/** A word that can be a code answers the question; a sentence is something else. */
export async function takePromoCode(ctx: BotContext, text: string): Promise<boolean> {
  if (promoCodeOf(text) === undefined) return false;
  await enter(ctx, text);
  return true;
}

async function enter(ctx: BotContext, typed: string): Promise<void> {
  const { t, person, deps } = ctx;
  const entered = await deps.promos.enter({
    // What no code looks like is looked for as well, so that there is one way to say no.
    code: promoCodeOf(typed) ?? '',
    personId: person.id,
    now: deps.now(),
    requestId: ctx.newId('k'),
  });
  await answered(ctx);
  await ctx.say({ text: enteredText(ctx, entered), keyboard: buyKeyboard(t) });
}

function enteredText({ t }: BotContext, entered: EnteredPromo): string {
  if (entered.kind === 'tokens') {
    return t('bonus.promo.tokens', {
      tokens: t.plain('unit.tokens', { count: entered.tokens }),
      balance: t.plain('unit.tokens', { count: entered.balance }),
    });
  }
  return t(`bonus.promo.${entered.kind}`, { code: entered.code, percent: entered.percent });
}
