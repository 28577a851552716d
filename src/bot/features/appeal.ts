/** A suspended person appeals by a button; an admin upholds the suspension or lifts it. */
import { appealCard } from '../../telegram/moderation-cards';
import { tellAdmins } from '../admins';
import type { BotContext } from '../context';
import { feature, isAdmin, onAction, type Feature } from '../routes';

export function appealFeature(): Feature {
  return feature(
    onAction('appeal', (ctx, { strike }) => appeal(ctx, BigInt(strike))),
    onAction('appeal:lift', (ctx, { strike }) => decide(ctx, BigInt(strike), 'lifted')),
    onAction('appeal:uphold', (ctx, { strike }) => decide(ctx, BigInt(strike), 'upheld')),
  );
}

async function appeal(ctx: BotContext, id: bigint): Promise<void> {
  const { deps, person, t } = ctx;
  const suspension = await deps.moderation.suspension(id);
  if (suspension?.personId !== person.id) {
    await ctx.answer(t.plain('notice.oldButton'));
    return;
  }
  // Admins hear of it once, however often the button is pressed.
  const isNew = await deps.moderation.appeal({ id, personId: person.id });
  await ctx.answer(isNew ? undefined : t.plain('moderation.known'));
  if (!isNew) return;
  await deps.audit.record({
    actor: person.telegramId.toString(),
    action: 'appeal',
    target: `person:${person.id}`,
    reason: `strike ${id}`,
    outcome: 'waiting',
  });
  const { telegramId } = person;
  await tellAdmins(deps, (words) => appealCard(words, { ...suspension, telegramId }));
  await ctx.say({ text: t('moderation.appealed') });
}

async function decide(ctx: BotContext, id: bigint, resolution: 'upheld' | 'lifted'): Promise<void> {
  const { deps, t } = ctx;
  const suspension = isAdmin(ctx) ? await deps.moderation.suspension(id) : undefined;
  const actor = ctx.person.telegramId.toString();
  const isDone =
    suspension !== undefined && (await deps.moderation.resolve(suspension, { resolution, actor }));
  if (!isDone) {
    await ctx.answer(t.plain('notice.oldButton'));
    return;
  }
  await ctx.answer();
  const { telegramId, language } = await deps.persons.get(suspension.personId);
  await deps.telegram.sendText(telegramId, {
    text: deps.texts(language)(`moderation.${resolution}`),
  });
  const what = t.plain(`moderation.button.${resolution === 'lifted' ? 'lift' : 'uphold'}`);
  await ctx.show({ text: t('moderation.decided', { what, telegramId }) });
}
