/** A /start that came by somebody's link. */
import { referralCodeIn } from '../domain/referral';
import type { BotContext } from './context';

/** Records it once; the text to greet the new person with, if there is one. Never stops a start. */
export async function followReferral(
  ctx: BotContext,
  payload: string,
): Promise<string | undefined> {
  const code = referralCodeIn(payload);
  if (code === undefined) return undefined;
  const { t, deps, person } = ctx;
  const outcome = await deps.referrals.refer({ code, friendId: person.id, now: deps.now() });
  if (outcome.verdict === 'self') return t('bonus.referral.self');
  if (outcome.verdict !== 'referred') return undefined;
  await tellReferrer(ctx, outcome.referrerId);
  return t('bonus.referral.welcome');
}

async function tellReferrer({ deps }: BotContext, referrerId: string): Promise<void> {
  try {
    const referrer = await deps.persons.get(referrerId);
    const text = deps.texts(referrer.language)('bonus.referral.joined');
    await deps.telegram.sendText(referrer.telegramId, { text });
  } catch (error) {
    deps.logger.info({ err: error }, 'A referrer could not be told');
  }
}
