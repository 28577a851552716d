import { badRequest, conflict } from '../api-error';
import type { BotRow } from '../state';
import type { Call, Methods } from '../world';

const updateKinds = new Set([
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'subscription',
  'stopped_message_generation',
]);

/** An absent list keeps what was set before, an empty one means the default kinds. */
function withAllowedUpdates(call: Call): BotRow {
  const value = call.params.json('allowed_updates', "Can't parse allowed updates JSON object");
  if (!Array.isArray(value)) return call.bot;
  const known = value.map(String).filter((kind) => updateKinds.has(kind));
  const { allowedUpdates: _, ...rest } = call.bot;
  return known.length === 0 ? rest : { ...rest, allowedUpdates: known };
}

function saveBot(call: Call, bot: BotRow): void {
  const before = JSON.stringify(call.bot);
  if (JSON.stringify(bot) !== before) call.world.state.bots.set(bot.id, bot);
}

const pollSecondsMax = 50;

function getUpdates(call: Call): unknown {
  if (call.bot.webhook) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  saveBot(call, withAllowedUpdates(call));
  const { params, world, bot, signal } = call;
  return world.updates.poll(bot.id, {
    offset: params.integer('offset', 0),
    limit: Math.min(100, Math.max(1, params.integer('limit', 100))),
    timeoutSeconds: Math.min(pollSecondsMax, Math.max(0, params.integer('timeout', 0))),
    signal,
  });
}

function dropPending(call: Call): void {
  if (call.params.bool('drop_pending_updates')) call.world.updates.clear(call.bot.id);
}

function webhookUrl(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw badRequest('bad webhook: invalid webhook URL specified');
  }
  // The real server takes https only; here bots run on the same machine without certificates.
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  return url.href;
}

function secretToken(call: Call): string {
  const secret = call.params.text('secret_token');
  if (secret.length > 256) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) {
    throw badRequest('secret token contains unallowed characters');
  }
  return secret;
}

function setWebhook(call: Call): unknown {
  const address = call.params.text('url');
  if (address === '') return deleteWebhook(call);
  const { world } = call;
  const ipAddress = call.params.text('ip_address');
  const webhook = {
    url: webhookUrl(address),
    secret: secretToken(call),
    maxConnections: Math.min(100, Math.max(1, call.params.integer('max_connections', 40))),
    ...(ipAddress === '' ? {} : { ipAddress }),
  };
  world.state.transact(() => {
    dropPending(call);
    saveBot(call, { ...withAllowedUpdates(call), webhook });
  });
  world.updates.terminatePoll(call.bot.id, 'setWebhook request');
  world.webhooks.forgetError(call.bot.id);
  world.webhooks.wake(call.bot.id);
  return true;
}

function deleteWebhook(call: Call): unknown {
  call.world.state.transact(() => {
    dropPending(call);
    const { webhook: _, ...rest } = withAllowedUpdates(call);
    saveBot(call, rest);
  });
  call.world.webhooks.forgetError(call.bot.id);
  return true;
}

function getWebhookInfo(call: Call): unknown {
  const { webhook, allowedUpdates } = call.bot;
  const error = call.world.webhooks.lastError(call.bot.id);
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: call.world.updates.count(call.bot.id),
    ...(error ? { last_error_date: error.date, last_error_message: error.message } : {}),
    ...(webhook
      ? { max_connections: webhook.maxConnections, ip_address: webhook.ipAddress ?? '127.0.0.1' }
      : {}),
    ...(allowedUpdates ? { allowed_updates: allowedUpdates } : {}),
  };
}

export const deliveryMethods: Methods = { getUpdates, setWebhook, deleteWebhook, getWebhookInfo };
