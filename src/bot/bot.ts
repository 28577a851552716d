/** The bot: one ordered list of features between a claimed update and its acknowledgement. */
import { Composer, Telegram } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import { storable } from '../domain/storable-text';
import type { Introduction } from '../storage/person-store';
import type { Claim } from '../storage/update-store';
import { answerFailures, tellTroubleOnce } from './answer-failures';
import { BotContext } from './context';
import type { BotDeps } from './deps';
import { addTokensFeature } from './features/admin-add-tokens';
import { banFeature } from './features/admin-ban';
import { experimentsFeature } from './features/admin-experiments';
import { modelsFeature } from './features/admin-models';
import { providersFeature } from './features/admin-providers';
import { byHandFeature } from './features/admin-by-hand';
import { cardFeature } from './features/admin-card';
import { heldFeature } from './features/admin-held';
import { packsFeature } from './features/admin-packs';
import { refundFeature } from './features/admin-refund';
import { statisticsFeature } from './features/admin-statistics';
import { userInfoFeature } from './features/admin-user-info';
import { answersFeature, turnedAwayFeature } from './features/answers';
import { appealFeature } from './features/appeal';
import { balanceFeature } from './features/balance';
import { buyFeature } from './features/buy';
import { cancelFeature } from './features/cancel';
import { confirmFeature } from './features/confirm';
import { createFeature } from './features/create';
import { dailyFeature } from './features/daily';
import { photoFeature } from './features/photo';
import { filmFeature } from './features/film';
import { historyFeature } from './features/history';
import { informationFeature } from './features/information';
import { languageFeature } from './features/language';
import { menuFeature } from './features/menu';
import { paymentSupportFeature } from './features/payment-support';
import { paymentsFeature } from './features/payments';
import { preCheckoutFeature } from './features/pre-checkout';
import { promoFeature } from './features/promo';
import { referralFeature } from './features/referral';
import { refundedPaymentFeature } from './features/refunded-payment';
import { reportFeature } from './features/report';
import { repeatFeature } from './features/repeat';
import { settingsFeature } from './features/settings';
import { startFeature } from './features/start';
import { successfulPaymentFeature } from './features/successful-payment';
import { templatesFeature } from './features/templates';
import { unhandledFeature } from './features/unhandled';
import { greetNew, introductionOf, privateOnly, refuseBanned } from './identify';
import { onNewestDraft } from './newest-draft';
import { createRecentSet, type RecentSet } from './recent-set';
import { limitRequests } from './request-limits';
import type { Feature } from './routes';

export interface Bot {
  /**
   * Handles one update. 'done': its effect is durable, or it was handled before. 'busy': another
   * process has it in hand; ask again in a while. Throws when something is down: the update was
   * given back, and whoever sent it must send it again.
   */
  handleUpdate(update: Update): Promise<'done' | 'busy'>;
}

export function createBot(deps: BotDeps): Bot {
  const troubled = createRecentSet<number>(10_000);
  // Not a Telegraf: that makes a client for every update, limits the time of handling, which only
  // tears effects apart, and marks the process as failed when a handler throws.
  const features = new Composer<BotContext>(
    answerFailures(troubled),
    privateOnly(),
    greetNew(),

    // Money before bans and limits: whatever else is wrong, it is looked at.
    preCheckoutFeature(),
    successfulPaymentFeature(),
    refundedPaymentFeature(),

    // Who is suspended may say that it is wrong.
    appealFeature(),

    refuseBanned(),
    limitRequests({
      requestsPerMinute: deps.settings.limits.requestsPerMinute,
      isRepeat: (updateId) => troubled.has(updateId),
    }),

    onNewestDraft(...ordinaryFeatures()),
  );

  // telegraf's contexts want a client; all calls go through ours.
  const unused = new Telegram(deps.token, { apiRoot: deps.apiRoot, webhookReply: false });
  const botInfo = botInfoOf(deps.token);
  return {
    handleUpdate: async (update) => {
      // Telegram repeats what fails, and no repeat would store such text.
      const ctx = new BotContext(storable(update), unused, botInfo);
      ctx.deps = deps;
      const claim = await take(ctx, troubled);
      return claim === 'claimed' ? handleClaimed(ctx, features) : claim;
    },
  };
}

function ordinaryFeatures(): Feature[] {
  return [
    turnedAwayFeature(),
    startFeature(),
    menuFeature(),
    languageFeature(),
    informationFeature(),
    paymentSupportFeature(),
    balanceFeature(),
    buyFeature(),
    paymentsFeature(),
    promoFeature(),
    dailyFeature(),
    referralFeature(),
    historyFeature(),
    cancelFeature(),
    settingsFeature(),
    templatesFeature(),
    confirmFeature(),
    repeatFeature(),
    reportFeature(),
    ...adminFeatures(),
    // Before whatever takes any message: an answer to what the bot asked is nothing else.
    answersFeature(),
    photoFeature(),
    filmFeature(),
    // Takes any text that is no command, so it comes after all commands.
    createFeature(),
    // Answers what nobody else did, so it is the last.
    unhandledFeature(),
  ];
}

function adminFeatures(): Feature[] {
  return [
    refundFeature(),
    addTokensFeature(),
    banFeature(),
    userInfoFeature(),
    statisticsFeature(),
    modelsFeature(),
    experimentsFeature(),
    providersFeature(),
    packsFeature(),
    cardFeature(),
    heldFeature(),
    byHandFeature(),
  ];
}

/** Claims the update and puts its sender into the context, if it has one that matters. */
async function take(ctx: BotContext, troubled: RecentSet<number>): Promise<Claim> {
  const { updates } = ctx.deps;
  const updateId = BigInt(ctx.update.update_id);
  const from = senderOf(ctx);
  if (from === 'unreadable') return 'done';
  if (from === undefined) return updates.claim(updateId);
  try {
    const received = await updates.receive(updateId, from);
    if (received.claim === 'claimed') ctx.sender = received;
    return received.claim;
  } catch (error) {
    await tellTroubleOnce(ctx, troubled);
    throw error;
  }
}

/** An update nobody documents would come again and again; it is noted and passed over. */
function senderOf(ctx: BotContext): Introduction | undefined | 'unreadable' {
  try {
    return introductionOf(ctx);
  } catch (error) {
    // Money is never passed over, whatever form it has.
    if (/"(successful|refunded)_payment":/.test(JSON.stringify(ctx.update))) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const updateId = ctx.update.update_id;
    ctx.deps.logger.warn({ updateId, reason }, 'An update has a form nobody documents');
    return 'unreadable';
  }
}

async function handleClaimed(ctx: BotContext, features: Composer<BotContext>): Promise<'done'> {
  const { updates, logger } = ctx.deps;
  const updateId = BigInt(ctx.update.update_id);
  try {
    await features.middleware()(ctx, () => Promise.resolve());
  } catch (error) {
    await updates.release(updateId).catch((releaseError: unknown) => {
      // The claim then lapses by itself; the first failure is the one worth reporting.
      const update = { updateId: ctx.update.update_id };
      logger.warn({ err: releaseError, ...update }, 'Could not release an update');
    });
    throw error;
  }
  await updates.done(updateId, ctx.draftNote);
  return 'done';
}

/** The id is all we need of ourselves; asking Telegram would make every update depend on it. */
function botInfoOf(token: string): UserFromGetMe {
  return {
    id: Number(token.split(':', 1)[0]),
    is_bot: true,
    first_name: '',
    username: '',
    can_join_groups: false,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  };
}
