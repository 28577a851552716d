/** Ready wishes: one tap leads to the price, or to the photo it needs. */
import { templates, type TemplateId } from '../../domain/templates';
import { templatesKeyboard } from '../../telegram/studio-keyboards';
import { compose } from '../compose';
import type { BotContext } from '../context';
import { emptyComposition } from '../draft';
import { feature, onAction, onCommand, type Feature } from '../routes';

export function templatesFeature(): Feature {
  return feature(
    onCommand('templates', show),
    onAction('templates', show),
    onAction('template', (ctx, { template }) => start(ctx, template)),
  );
}

async function show(ctx: BotContext): Promise<void> {
  const { t } = ctx;
  await ctx.answer();
  await ctx.show({ text: t('studio.templatesTitle'), keyboard: templatesKeyboard(t) });
}

async function start(ctx: BotContext, template: TemplateId): Promise<void> {
  const { kind, mode } = templates[template];
  await compose(ctx, {
    ...emptyComposition(kind),
    mode,
    prompt: ctx.t.plain(`studio.template.${template}.prompt`),
    ...(kind === 'image' && mode === 'photo' ? { look: 'words' as const } : {}),
    adding: template === 'together',
  });
}
