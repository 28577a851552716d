/** The bot: one ordered list of features between a claimed update and its acknowledgement. */
import { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import { answerFailures } from './answer-failures';
import { BotContext } from './context';
import type { BotDeps } from './deps';
import { addTokensFeature } from './features/admin-add-tokens';
import { banFeature } from './features/admin-ban';
import { refundFeature } from './features/admin-refund';
import { statisticsFeature } from './features/admin-statistics';
import { userInfoFeature } from './features/admin-user-info';
import { answersFeature } from './features/answers';
import { balanceFeature } from './features/balance';
import { buyFeature } from './features/buy';
import { cancelFeature } from './features/cancel';
import { confirmFeature } from './features/confirm';
import { createFeature } from './features/create';
import { dailyFeature } from './features/daily';
import { photoFeature } from './features/photo';
import { historyFeature } from './features/history';
import { informationFeature } from './features/information';
import { languageFeature } from './features/language';
import { menuFeature } from './features/menu';
import { paymentSupportFeature } from './features/payment-support';
import { preCheckoutFeature } from './features/pre-checkout';
import { promoFeature } from './features/promo';
import { referralFeature } from './features/referral';
import { refundedPaymentFeature } from './features/refunded-payment';
import { reportFeature } from './features/report';
import { repeatFeature } from './features/repeat';
import { startFeature } from './features/start';
import { successfulPaymentFeature } from './features/successful-payment';
import { unhandledFeature } from './features/unhandled';
import { identify, privateOnly, refuseBanned } from './identify';
import { createRecentSet } from './recent-set';
import { limitRequests } from './request-limits';

export interface Bot {
  /**
   * Handles one update. 'done': its effect is durable, or it was handled before. 'busy': another
   * process has it in hand; ask again in a while. Throws when something is down: the update was
   * given back, and whoever sent it must send it again.
   */
  handleUpdate(update: Update): Promise<'done' | 'busy'>;
}

export function createBot(deps: BotDeps): Bot {
  const telegraf = new Telegraf<BotContext>(deps.token, {
    contextType: BotContext,
    // Whoever sent the update has a limit of their own; two of them only tear effects apart.
    handlerTimeout: Infinity,
    telegram: { apiRoot: deps.apiRoot, webhookReply: false },
  });
  telegraf.context.deps = deps;
  // The id is all we need of ourselves; asking Telegram would make every update depend on it.
  telegraf.botInfo = botInfoOf(deps.token);
  // telegraf's own handler would mark the whole process as failed.
  telegraf.catch((error) => {
    throw error;
  });

  const troubled = createRecentSet<number>(10_000);
  telegraf.use(
    answerFailures(troubled),
    privateOnly(),
    identify(),

    // Money before bans and limits: whatever else is wrong, it is looked at.
    preCheckoutFeature(),
    successfulPaymentFeature(),
    refundedPaymentFeature(),

    refuseBanned(),
    limitRequests({
      requestsPerMinute: deps.settings.limits.requestsPerMinute,
      isRepeat: (updateId) => troubled.has(updateId),
    }),

    startFeature(),
    menuFeature(),
    languageFeature(),
    informationFeature(),
    paymentSupportFeature(),
    balanceFeature(),
    buyFeature(),
    promoFeature(),
    dailyFeature(),
    referralFeature(),
    historyFeature(),
    cancelFeature(),
    confirmFeature(),
    repeatFeature(),
    reportFeature(),
    refundFeature(),
    addTokensFeature(),
    banFeature(),
    userInfoFeature(),
    statisticsFeature(),
    // Before whatever takes any message: an answer to what the bot asked is nothing else.
    answersFeature(),
    photoFeature(),
    // Takes any text that is no command, so it comes after all commands.
    createFeature(),
    // Answers what nobody else did, so it is the last.
    unhandledFeature(),
  );

  return { handleUpdate: (update) => handleClaimed(deps, telegraf, update) };
}

async function handleClaimed(
  { updates, logger }: BotDeps,
  telegraf: Telegraf<BotContext>,
  update: Update,
): Promise<'done' | 'busy'> {
  const updateId = BigInt(update.update_id);
  const claim = await updates.claim(updateId);
  if (claim !== 'claimed') return claim;
  try {
    await telegraf.handleUpdate(update);
  } catch (error) {
    await updates.release(updateId).catch((releaseError: unknown) => {
      // The claim then lapses by itself; the first failure is the one worth reporting.
      logger.warn({ err: releaseError, updateId: update.update_id }, 'Could not release an update');
    });
    throw error;
  }
  await updates.done(updateId);
  return 'done';
}

function botInfoOf(token: string): NonNullable<Telegraf['botInfo']> {
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
