/** From words to a draft: the create buttons, the choices on the way, and any text that is no command. */
import { AppError } from '../../domain/errors';
import { compose, currentDraft, pressedDraft } from '../compose';
import type { BotContext } from '../context';
import { emptyComposition, PROMPT_MAX, type Composition, type Draft } from '../draft';
import { feature, onAction, type Feature } from '../routes';

export function createFeature(): Feature {
  return feature(
    onAction('create', (ctx, { kind }) => compose(ctx, emptyComposition(kind))),
    onAction('style', (ctx, { style }) => change(ctx, () => ({ look: style }))),
    onAction('words', (ctx) => change(ctx, () => ({ look: 'words' }))),
    onAction('restyle', (ctx) => change(ctx, () => ({ look: undefined }))),
    onAction('model', (ctx, { slug }) => change(ctx, () => ({ model: slug }))),
    onAction('remodel', (ctx) => change(ctx, () => ({ model: undefined }), { anew: true })),
    onAction('as', become),
    onAction('photo:more', (ctx) => change(ctx, () => ({ adding: true }))),
    onAction('photo:done', (ctx) => change(ctx, () => ({ adding: false }))),
    (ctx, next) => {
      const { sent, command } = ctx;
      const isWords = sent !== undefined && 'text' in sent && !sent.text.startsWith('/');
      return isWords && command === undefined ? describe(ctx, sent.text.trim()) : next();
    },
  );
}

/** Changes one choice of the draft under the pressed button. */
async function change(
  ctx: BotContext,
  choice: (draft: Draft) => Partial<Composition>,
  options: { readonly anew?: boolean } = {},
): Promise<void> {
  const draft = await pressedDraft(ctx);
  if (draft === undefined) return;
  const { composition } = draft;
  const chosen = choice(draft);
  const needsPhoto = 'look' in chosen;
  if (needsPhoto && (composition.kind !== 'image' || composition.mode !== 'photo')) {
    await ctx.answer(ctx.t.plain('notice.oldButton'));
    return;
  }
  await compose(ctx, { ...composition, ...chosen }, options);
}

/** The same words and photos as a video, or as an image; a style is chosen for each anew. */
async function become(
  ctx: BotContext,
  { kind }: { readonly kind: Composition['kind'] },
): Promise<void> {
  const draft = await pressedDraft(ctx);
  if (draft === undefined) return;
  const { composition } = draft;
  await compose(ctx, { ...composition, kind, look: undefined, model: undefined });
}

/** Words belong to the photo the bot asked about; otherwise they start something new. */
async function describe(ctx: BotContext, words: string): Promise<void> {
  if (words.length > PROMPT_MAX) {
    await ctx.say({ text: ctx.t('bot.create.tooLong', { most: PROMPT_MAX }) });
    return;
  }
  if (words === '') throw new AppError('INVALID_INPUT', 'A text without words');
  const draft = currentDraft(ctx);
  await compose(ctx, describedBy(draft, words));
}

function describedBy(draft: Draft | undefined, words: string): Composition {
  if (draft === undefined) return { ...emptyComposition('image'), prompt: words };
  const { step, composition } = draft;
  switch (step) {
    case 'describe':
    case 'photo':
      return { ...composition, prompt: words };
    // The bot asked what to do with a photo, and got an answer in words.
    case 'look':
    case 'more':
    case 'words':
      return { ...composition, adding: false, prompt: words, look: 'words' };
    default:
      return { ...emptyComposition('image'), prompt: words };
  }
}
