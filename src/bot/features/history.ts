/** What a person made, page by page, and each result again. */
import { AppError } from '../../domain/errors';
import type { Asset } from '../../storage/asset-store';
import type { Generation } from '../../storage/generation-store';
import type { Card, Upload } from '../../telegram/client';
import { wayToSend } from '../../telegram/file-limits';
import { historyKeyboard, resultKeyboard } from '../../telegram/keyboards';
import { largeFileCard } from '../../telegram/large-file';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { iconOf, labelOf, wordsOf } from '../generation-words';
import { menuButtons } from '../menu-card';
import { ownGeneration } from '../order';
import { feature, onAction, onCommand, type Feature } from '../routes';

const PAGE_SIZE = 5;

export function historyFeature(): Feature {
  return feature(
    onCommand('history', (ctx) => showPage(ctx, undefined)),
    onAction('history', (ctx) => showPage(ctx, undefined)),
    onAction('history:page', (ctx, { cursor }) => showPage(ctx, cursor)),
    onAction('history:show', (ctx, { generationId }) => showResult(ctx, generationId)),
  );
}

async function showPage(ctx: BotContext, before: string | undefined): Promise<void> {
  const { t, person, deps } = ctx;
  // The cursor came with a button: only the person's own history may be entered by it.
  if (before !== undefined && (await ownGeneration(ctx, before)) === undefined) {
    throw new AppError('NOT_FOUND', 'No such page of history');
  }
  await ctx.answer();
  const found = await deps.generations.listByPerson(person.id, {
    limit: PAGE_SIZE + 1,
    ...(before === undefined ? {} : { before }),
  });
  const page = found.slice(0, PAGE_SIZE);
  if (page.length === 0 && before === undefined) {
    await ctx.show({ text: t('bot.history.empty'), keyboard: menuButtons(ctx) });
    return;
  }
  const lines = page.map((generation, index) => itemOf(ctx, generation, index + 1));
  const entries = page
    .filter(hasResult)
    .map((generation) => ({ generationId: generation.id, label: labelOf(ctx, generation) }));
  const olderCursor = found.length > PAGE_SIZE ? page.at(-1)?.id : undefined;
  await ctx.show({
    text: [t('bot.history.title'), ...lines].join('\n\n'),
    keyboard: historyKeyboard(t, { entries, olderCursor, isFirst: before === undefined }),
  });
}

function hasResult(generation: Generation): boolean {
  const isOut = generation.status === 'delivered' || generation.status === 'refunded';
  return isOut && generation.outputAssetIds.length > 0;
}

function itemOf(ctx: BotContext, generation: Generation, number: number): string {
  return ctx.t('bot.history.item', {
    number,
    icon: iconOf(generation),
    date: dayOf(generation.createdAt, ctx.person.language),
    status: ctx.t.plain(`bot.status.${generation.status}`),
    price: ctx.t.plain('unit.tokens', { count: generation.priceTokens }),
    what: wordsOf(ctx, generation, 120),
  });
}

async function showResult(ctx: BotContext, generationId: string): Promise<void> {
  const { t, deps } = ctx;
  const generation = await ownGeneration(ctx, generationId);
  const assetId = generation?.outputAssetIds[0];
  if (generation === undefined || assetId === undefined || !hasResult(generation)) {
    throw new AppError('NOT_FOUND', 'No result of this person');
  }
  await ctx.answer();
  const asset = await deps.assets.get(assetId);
  const caption = {
    text: t('bot.history.shown', {
      icon: iconOf(generation),
      date: dayOf(generation.createdAt, ctx.person.language),
      price: t.plain('unit.tokens', { count: generation.priceTokens }),
      what: wordsOf(ctx, generation, 300),
    }),
    keyboard: resultKeyboard(t, generation.id),
  };
  await sendAgain(ctx, asset, caption);
}

/** What Telegram knows already is not uploaded again. It knows images as the original file. */
async function sendAgain(
  ctx: BotContext,
  asset: Asset,
  caption: Parameters<BotContext['say']>[0],
): Promise<void> {
  const { telegram } = ctx.deps;
  const way = wayToSend(asset);
  if (asset.fileId !== null) {
    const send = way === 'video' ? telegram.sendVideo : telegram.sendDocument;
    await send(ctx.chatId, { fileId: asset.fileId }, caption);
  } else if (way === 'link') {
    await sayWhereItIs(ctx, asset, caption);
  } else {
    const sends = {
      photo: telegram.sendPhoto,
      video: telegram.sendVideo,
      document: telegram.sendDocument,
    };
    await sends[way](ctx.chatId, await uploadOf(ctx, asset), caption);
  }
}

async function uploadOf({ deps }: BotContext, asset: Asset): Promise<Upload> {
  return {
    bytes: await deps.assets.read(asset),
    filename: `easel.${asset.mediaType.split('/')[1] ?? 'bin'}`,
    mediaType: asset.mediaType,
  };
}

/** For what Telegram does not take. */
async function sayWhereItIs({ deps, chatId, person }: BotContext, asset: Asset, caption: Card) {
  const { bytes, removedAt } = asset;
  if (removedAt !== null) throw new AppError('FILE_EXPIRED', `Asset ${asset.id} was removed`);
  const link = await deps.links.to(asset);
  const card = largeFileCard(caption, { language: person.language, bytes, link });
  await deps.telegram.sendText(chatId, card);
}
