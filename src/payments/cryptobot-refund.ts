/** Money back through Crypto Pay: a transfer of the coins that were paid, keyed by our refund's id. */
import { decimalOf, isCurrency, moneyOf } from '../domain/money';
import {
  CryptobotRefusal,
  transferSchema,
  type CryptobotApi,
  type CryptobotTransfer,
} from './cryptobot-api';
import { coinsTimes } from './decimals';
import {
  PaymentSystemError,
  type RefundOrder,
  type RefundReport,
  type SystemTransaction,
} from './payment-system';
import { shortKey } from './short-key';

/** What the API says no with, for the operator who must do something about it. */
const refusalWords: Readonly<Record<string, string>> = {
  METHOD_DISABLED:
    'transfers are switched off for this app: allow them in @CryptoBot, Crypto Pay, My Apps, Security',
  USER_NOT_FOUND: 'the person has never opened @CryptoBot, so nothing can be sent to them',
  INSUFFICIENT_FUNDS: "the app's balance in this coin is too low",
};

/** The end of a transfer's comment, by which the list of transfers tells what it gave back. */
const refundMark = ({ chargeId, amount }: RefundOrder): string =>
  `[${chargeId}: ${decimalOf(amount)} ${amount.currency}]`;

const markForm = /\[(\d{1,20}): ([\d.]{1,30}) ([A-Z]{3})\]$/;

const refundedBy = ({ transfer_id: id }: CryptobotTransfer): RefundReport => ({
  status: 'refunded',
  systemRefundId: String(id),
});

export async function fetchCryptobotRefund(
  api: CryptobotApi,
  order: RefundOrder,
): Promise<RefundReport | undefined> {
  const spendId = shortKey(order.refundId);
  // Asked for by its key, and looked for too: an older API lists all of them.
  for await (const transfers of api.pages(transferSchema, 'getTransfers', { spend_id: spendId })) {
    const found = transfers.find((transfer) => transfer.spend_id === spendId);
    if (found) return refundedBy(found);
  }
  return undefined;
}

async function refusedOr(
  api: CryptobotApi,
  order: RefundOrder,
  error: CryptobotRefusal,
): Promise<RefundReport> {
  if (error.reason === 'SPEND_ID_ALREADY_USED') {
    const made = await fetchCryptobotRefund(api, order);
    if (made) return made;
    throw new PaymentSystemError(
      'unknown',
      'the key of the refund is used, its transfer not found',
    );
  }
  const isNo =
    Object.hasOwn(refusalWords, error.reason) || ['invalid', 'not-found'].includes(error.failure);
  if (!isNo) throw error;
  const words = refusalWords[error.reason];
  return {
    status: 'refused',
    detail: words === undefined ? error.reason : `${error.reason}: ${words}`,
  };
}

/** In the coins that were paid: their rate has moved since. */
export async function returnCoins(api: CryptobotApi, order: RefundOrder): Promise<RefundReport> {
  const [coins = '', asset] = order.refundHandle?.split(' ') ?? [];
  const amount = coinsTimes(coins, order.amount.amountMinor, order.charged.amountMinor);
  if (asset === undefined || amount === undefined) {
    return { status: 'manual', detail: 'it is not known in which coins this was paid' };
  }
  const mark = refundMark(order);
  try {
    const transfer = await api.call(transferSchema, {
      method: 'transfer',
      params: {
        user_id: Number(order.telegramId),
        asset,
        amount,
        spend_id: shortKey(order.refundId),
        comment: `${order.description.slice(0, 1000 - mark.length)} ${mark}`,
      },
      lostMeans: 'unknown',
    });
    return refundedBy(transfer);
  } catch (error) {
    if (error instanceof CryptobotRefusal) return refusedOr(api, order, error);
    throw error;
  }
}

export function refundTransaction(transfer: CryptobotTransfer): readonly SystemTransaction[] {
  const [, chargeId, decimal, currency] = markForm.exec(transfer.comment ?? '') ?? [];
  if (chargeId === undefined || decimal === undefined || currency === undefined) return [];
  const amount = isCurrency(currency) ? moneyOf(decimal, currency) : undefined;
  if (amount === undefined) return [];
  const refund = {
    systemRefundId: String(transfer.transfer_id),
    chargeId,
    amount,
    status: 'refunded',
    reference: transfer.spend_id,
    at: transfer.completed_at,
  } as const;
  return [{ kind: 'refund', refund }];
}
