/**
 * Plays a YooMoney wallet: the payment form that anybody may change and pay twice, three tries of a
 * notice and no more, both signatures, the history with amounts as numbers and without the fee.
 *
 * Actions besides the page's buttons: `pay {sum?}`, `signatures {mode: sign|sha1|both}` and `test` (the
 * test notice of the cabinet), both with any id.
 */
import { z } from 'zod';
import type { PayPage } from './frame/pay-page';
import { defineStandIn, type StandInAction } from './frame/stand-in';
import { createYoomoneyApi } from './yoomoney-api';
import { accept, kopecksOf, linkIn, openWallet, pay, sumOf, tell } from './yoomoney-wallet';
import type { Wallet } from './yoomoney-wallet';

// At once, after ten minutes, after an hour; then it is lost.
const repeatSeconds = [600, 3600];

const paySchema = z.object({ sum: z.string().optional() });
const modeSchema = z.object({ mode: z.enum(['sign', 'sha1', 'both']) });

function actionsOf(wallet: Wallet): Readonly<Record<string, StandInAction>> {
  const part = (id: string, numerator: bigint): string =>
    sumOf((kopecksOf(linkIn(wallet, id).sum) * numerator) / 2n);
  const payIt: StandInAction = (id, body) => {
    const link = linkIn(wallet, id);
    return pay(wallet, link, { sum: paySchema.parse(body).sum ?? link.sum });
  };
  return {
    pay: payIt,
    payTwice: payIt,
    underpay: (id) => pay(wallet, linkIn(wallet, id), { sum: part(id, 1n) }),
    overpay: (id) => pay(wallet, linkIn(wallet, id), { sum: part(id, 3n) }),
    lock: (id) => {
      const link = linkIn(wallet, id);
      return pay(wallet, link, { sum: link.sum, isFull: true });
    },
    unlock: (id) => accept(wallet, linkIn(wallet, id)),
    signatures: (_id, body) => wallet.modes.set('wallet', modeSchema.parse(body).mode),
    test: () => {
      const at = wallet.site.now().toISOString();
      const base = { id: 'test-notification', linkId: '', label: '', gross: '1.00', net: '1.00' };
      tell(wallet, { ...base, paymentType: 'PC', status: 'success', at }, true);
    },
  };
}

function pageOf({ links, operations }: Wallet, id: string): PayPage | undefined {
  const link = links.get(id);
  if (!link) return undefined;
  const came = [...operations.values()].filter((one) => one.linkId === id);
  const isWaiting = came.some(({ status }) => status === 'in_progress');
  const paid =
    came.length > 0 ? (['payTwice'] as const) : (['pay', 'underpay', 'overpay', 'lock'] as const);
  return {
    amount: `${link.sum} RUB`,
    description: link.label,
    state: isWaiting ? 'processing' : came.length > 0 ? 'paid' : 'open',
    buttons: isWaiting ? ['unlock'] : paid,
    ...(link.successUrl !== undefined && { returnUrl: link.successUrl }),
  };
}

export const yoomoneyStandIn = defineStandIn({
  id: 'yoomoney',
  title: { en: 'YooMoney', ru: 'ЮMoney' },
  keys: {
    YOOMONEY_WALLET: '41001000000000',
    YOOMONEY_NOTIFICATION_SECRET: 'sandbox-notification-secret',
    YOOMONEY_ACCESS_TOKEN: 'sandbox-wallet-token',
  },
  webhooks: {
    nextInSeconds: (attempt) => repeatSeconds[attempt - 1],
    isTaken: (status) => status === 200,
  },
  create(site) {
    const wallet = openWallet(site);
    return {
      answer: createYoomoneyApi(wallet),
      page: (id) => pageOf(wallet, id),
      actions: actionsOf(wallet),
      signWebhook: () => ({ 'content-type': 'application/x-www-form-urlencoded' }),
    };
  },
});
