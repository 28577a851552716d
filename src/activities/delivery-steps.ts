/** Telling the person about a generation. Runs on the Telegram queue, whose rate the server enforces. */
import { AppError, type ErrorCode } from '../domain/errors';
import type { Logger } from '../observability/logger';
import type { AssetLinks } from '../storage/asset-links';
import type { Asset, AssetStore } from '../storage/asset-store';
import type { CatalogueStore } from '../storage/catalogue-store';
import type { DeliveryStore } from '../storage/delivery-store';
import type { Generation, GenerationStore } from '../storage/generation-store';
import type { LedgerStore } from '../storage/ledger-store';
import type { PersonStore } from '../storage/person-store';
import type { RefundRequest } from '../domain/refund';
import { parseTokens, type Tokens } from '../domain/tokens';
import {
  doneStatusCard,
  endedCard,
  refundedGenerationCard,
  refundOutcomeCard,
  resultCard,
} from '../telegram/cards';
import type { Card, SentMessage, TelegramClient, Upload } from '../telegram/client';
import { wayToSend } from '../telegram/file-limits';
import { largeFileCard } from '../telegram/large-file';
import { withMappedFailures } from './failure';
import type { GenerationRefundAnswer } from './generation-steps';
import { sendOnce } from './send-once';
import { tellSuspension, type SuspensionNewsDeps } from './suspension-news';

export interface DeliveryStepsDeps extends SuspensionNewsDeps {
  readonly generations: GenerationStore;
  readonly assets: AssetStore;
  readonly links: Pick<AssetLinks, 'to'>;
  readonly catalogue: CatalogueStore;
  readonly deliveries: DeliveryStore;
  readonly ledger: LedgerStore;
  readonly persons: PersonStore;
  readonly telegram: TelegramClient;
  readonly logger: Logger;
}

export type DeliverySteps = ReturnType<typeof createDeliverySteps>;

export function createDeliverySteps(deps: DeliveryStepsDeps) {
  const { generations, telegram } = deps;
  return withMappedFailures({
    /**
     * Sends the result and commits the tokens in one transaction with "delivered". The original file
     * and the tidy-up come after: the person has what they paid for once the preview is there.
     */
    async deliver(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      const assets = await resultsOf(deps, generation);
      // The one with the card comes last, where its buttons are at hand.
      for (const [index, asset] of [...assets.entries()].reverse()) {
        await sendOnce(deps.deliveries, {
          key: `generation:${generationId}:result${numberOf(index)}`,
          chatId: generation.chatId,
          send: async () => sendResult(deps, { generation, asset, isMain: index === 0 }),
        });
      }
      await generations.deliverAndCommit(generationId);
      for (const [index, asset] of assets.entries()) {
        if (wayToSend(asset) === 'photo') await sendOriginal(deps, { generation, asset, index });
      }
      await showStatus(deps, generation, doneStatusCard({ language: generation.language }));
    },

    async tellEnded(generationId: string, code: ErrorCode): Promise<void> {
      const generation = await generations.get(generationId);
      const card = endedCard({
        language: generation.language,
        code,
        kind: generation.request.kind,
        returnedTokens: generation.status === 'released' ? generation.priceTokens : undefined,
      });
      await sendOnce(deps.deliveries, {
        key: `generation:${generationId}:ended`,
        chatId: generation.chatId,
        send: () => telegram.sendText(generation.chatId, card),
      });
      await tellSuspension(deps, generation);
      if (generation.statusMessageId !== null) {
        await telegram.deleteMessage(generation.chatId, generation.statusMessageId);
      }
    },

    /** The person hears of a refund that happened; the admin hears how theirs ended. */
    async tellGenerationRefund(
      generationId: string,
      request: RefundRequest,
      answer: GenerationRefundAnswer,
    ): Promise<void> {
      const generation = await generations.get(generationId);
      if (answer.outcome === 'settled') {
        await tellPersonOfRefund(deps, generation, {
          refundId: request.id,
          returned: parseTokens(answer.returnedTokens),
        });
      }
      await tellAdmin(deps, {
        key: `generation:${generationId}:refund:${request.id}:admin`,
        actor: request.actor,
        subject: `generation:${generationId}`,
        refundId: request.id,
        code: answer.outcome === 'refused' ? answer.code : undefined,
      });
    },
  });
}

async function tellPersonOfRefund(
  deps: DeliveryStepsDeps,
  generation: Generation,
  refund: { readonly refundId: string; readonly returned: Tokens },
): Promise<void> {
  const { available } = await deps.ledger.balance(generation.personId);
  const card = refundedGenerationCard({
    language: generation.language,
    tokens: refund.returned,
    balance: available,
  });
  await sendOnce(deps.deliveries, {
    key: `generation:${generation.id}:refund:${refund.refundId}:person`,
    chatId: generation.chatId,
    send: () => deps.telegram.sendText(generation.chatId, card),
  });
}

/** An admin who has not talked to the bot, or is none, simply is not told. */
export async function tellAdmin(
  deps: Pick<DeliveryStepsDeps, 'deliveries' | 'persons' | 'telegram'>,
  news: {
    key: string;
    actor: string;
    subject: string;
    refundId: string;
    code: ErrorCode | undefined;
  },
): Promise<void> {
  const admin = await deps.persons.byTelegramId(BigInt(news.actor));
  if (admin === null) return;
  const card = refundOutcomeCard({
    language: admin.language,
    subject: news.subject,
    refundId: news.refundId,
    code: news.code,
  });
  await sendOnce(deps.deliveries, {
    key: news.key,
    chatId: admin.telegramId,
    send: () => deps.telegram.sendText(admin.telegramId, card),
  });
}

/** The first has no number: so its key is the one of generations with one result. */
const numberOf = (index: number): string => (index === 0 ? '' : `:${index}`);

/** At least one; more when the person asked for several at once. */
async function resultsOf(
  deps: DeliveryStepsDeps,
  generation: Generation,
): Promise<readonly Asset[]> {
  if (generation.status === 'released' || generation.status === 'refused') {
    // Asked before anything is sent: what was given back must not be handed out for nothing.
    throw new AppError('RESERVE_CLOSED', `Generation ${generation.id} is ${generation.status}`);
  }
  if (generation.outputAssetIds.length === 0) {
    throw new AppError('NO_OUTPUT', 'Nothing is stored to deliver');
  }
  return Promise.all(generation.outputAssetIds.map((id) => deps.assets.get(id)));
}

/** What the person paid, what is left and the buttons. */
async function cardOf(deps: DeliveryStepsDeps, generation: Generation): Promise<Card> {
  // A stand-in is named; a variant goes by the name of the model the person chose.
  const { tried, servedBy, modelSlug } = generation;
  const [{ available }, model] = await Promise.all([
    deps.ledger.balance(generation.personId),
    deps.catalogue.get(tried.length > 0 ? servedBy : modelSlug),
  ]);
  return resultCard({
    language: generation.language,
    generationId: generation.id,
    modelName: model.name[generation.language],
    priceTokens: generation.priceTokens,
    balance: available,
    kind: generation.request.kind,
    style: generation.request.style,
  });
}

async function sendResult(
  deps: DeliveryStepsDeps,
  result: { readonly generation: Generation; readonly asset: Asset; readonly isMain: boolean },
): Promise<SentMessage> {
  const { generation, asset, isMain } = result;
  const { chatId } = generation;
  const way = wayToSend(asset);
  const card = isMain || way === 'link' ? await cardOf(deps, generation) : undefined;
  if (way === 'link' && card !== undefined) return sendLink(deps, { generation, asset, card });
  const file = await fileOf(deps, generation, asset);
  if (way === 'photo') return deps.telegram.sendPhoto(chatId, file, card);
  const send = way === 'video' ? deps.telegram.sendVideo : deps.telegram.sendDocument;
  const sent = await send(chatId, file, card);
  if (sent.fileId !== undefined) await rememberFileId(deps, asset, sent.fileId);
  return sent;
}

/** For what Telegram does not take. */
async function sendLink(
  deps: DeliveryStepsDeps,
  result: { readonly generation: Generation; readonly asset: Asset; readonly card: Card },
): Promise<SentMessage> {
  const { generation, asset, card } = result;
  const link = await deps.links.to(asset);
  if (link === undefined) {
    deps.logger.error(
      { generationId: generation.id, bytes: asset.bytes },
      'A result is too large for Telegram and PUBLIC_URL is not set, so its person cannot get it',
    );
  }
  const { language, chatId } = generation;
  return deps.telegram.sendText(
    chatId,
    largeFileCard(card, { language, bytes: asset.bytes, link }),
  );
}

/** The message is out: a database that is away now must not make us send it twice. */
async function rememberFileId(deps: DeliveryStepsDeps, asset: Asset, fileId: string) {
  try {
    await deps.assets.rememberFileId(asset.id, fileId);
  } catch (error) {
    deps.logger.warn({ err: error, assetId: asset.id }, "Telegram's file id was not kept");
  }
}

async function sendOriginal(
  deps: DeliveryStepsDeps,
  result: { readonly generation: Generation; readonly asset: Asset; readonly index: number },
) {
  const { generation, asset, index } = result;
  try {
    await sendOnce(deps.deliveries, {
      key: `generation:${generation.id}:original${numberOf(index)}`,
      chatId: generation.chatId,
      send: async () => {
        const sent = await deps.telegram.sendDocument(
          generation.chatId,
          await fileOf(deps, generation, asset),
        );
        if (sent.fileId !== undefined) await rememberFileId(deps, asset, sent.fileId);
        return sent;
      },
    });
  } catch (error) {
    // The preview is there and paid for; a file Telegram will not take must not take it back.
    if (!(error instanceof AppError) || error.code !== 'TELEGRAM_REFUSED') throw error;
    deps.logger.warn({ generationId: generation.id }, 'Telegram refused the original file');
  }
}

async function fileOf(
  deps: DeliveryStepsDeps,
  generation: Generation,
  asset: Asset,
): Promise<Upload> {
  const extension = asset.mediaType.split('/')[1] ?? 'bin';
  return {
    bytes: await deps.assets.read(asset),
    filename: `easel-${generation.id}.${extension}`,
    mediaType: asset.mediaType,
  };
}

/** The status message is an ornament: when it is gone, nothing is lost. */
async function showStatus(deps: DeliveryStepsDeps, generation: Generation, card: Card) {
  if (generation.statusMessageId === null) return;
  await deps.telegram.editText(generation.chatId, generation.statusMessageId, card);
}
