/** /ref: the person's link and what it brought. The link itself comes in with /start. */
import { referralPayload } from '../../domain/referral';
import { referralKeyboard } from '../../telegram/bonus-keyboards';
import type { BotContext } from '../context';
import { feature, onAction, onCommand, type Feature } from '../routes';

export function referralFeature(): Feature {
  let username: string | undefined;

  async function show(ctx: BotContext): Promise<void> {
    const { t, person, deps } = ctx;
    await ctx.answer();
    // It never changes while a token is valid, so it is asked once.
    username ??= (await deps.telegram.getMe()).username;
    const code = await deps.referrals.codeOf(person.id);
    const link = `https://t.me/${username}?start=${referralPayload(code)}`;
    const { friends, earned } = await deps.referrals.summary(person.id);
    const { referralPercent } = deps.settings.bonuses;
    const text = [
      t(referralPercent === 0n ? 'bonus.referral.title' : 'bonus.referral.titlePaid', {
        percent: referralPercent,
      }),
      t('bonus.referral.link', { link }),
      t('bonus.referral.friends', { friends }),
      t('bonus.referral.earned', { tokens: t.plain('unit.tokens', { count: earned }) }),
    ].join('\n');
    await ctx.show({ text, keyboard: referralKeyboard(t, link) });
  }

  return feature(onCommand('ref', show), onAction('ref', show));
}
