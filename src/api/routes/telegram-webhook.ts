import type { Request } from 'express';
import { z } from 'zod';
import { storable } from '../../domain/storable-text';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';
import { isSameSecret } from '../secrets';

const updateSchema = z
  .looseObject({ update_id: z.int().nonnegative() })
  // Whoever wrote it cannot be asked to write it anew, and Telegram would repeat what is refused.
  .overwrite(storable);

/**
 * Telegram repeats an update until it is answered with 200, so 200 is only given once the update's
 * effect is durable.
 */
export function telegramWebhook({ settings, handleUpdate }: ApiDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/telegram/webhook',
    tag: 'Telegram',
    summary: 'Take in one update of the bot',
    description:
      'Called by Telegram. 200: done, or done before. 503: another process is at this very update. ' +
      '500: it could not be stored. After the latter two Telegram sends it again.',
    rate: 'webhook',
    security: 'webhookSecret',
    guard: (request) => {
      checkSecret(request, settings.telegram.webhookSecret);
    },
    body: updateSchema,
    answer: { status: 200, description: 'Taken in.', schema: z.object({ ok: z.literal(true) }) },
    problems: ['UNAUTHORIZED', 'NOT_FOUND', 'TELEGRAM_BUSY'],
    handle: async ({ body }) => {
      const outcome = await handleUpdate(body);
      if (outcome === 'busy') {
        throw new Problem(
          'TELEGRAM_BUSY',
          'Another process is handling this update right now. Send it again in a moment.',
        );
      }
      return { ok: true as const };
    },
  });
}

function checkSecret(request: Request, secret: string | undefined): void {
  if (secret === undefined) {
    throw new Problem(
      'NOT_FOUND',
      'The webhook is off: this deployment fetches its updates by long polling. Set PUBLIC_URL and ' +
        'TELEGRAM_WEBHOOK_SECRET to turn it on.',
    );
  }
  if (!isSameSecret(request.get('X-Telegram-Bot-Api-Secret-Token'), secret)) {
    throw new Problem(
      'UNAUTHORIZED',
      'The secret in X-Telegram-Bot-Api-Secret-Token is missing or wrong, so the update was not ' +
        'looked at. It must be the TELEGRAM_WEBHOOK_SECRET of this deployment.',
    );
  }
}
