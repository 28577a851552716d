/** Notices of YooMoney as they are sent: a form, signed in the new way, the old way or both. */
import { createHash, createHmac } from 'node:crypto';
import type { Operation } from './yoomoney-wallet';

export type SignatureMode = 'sign' | 'sha1' | 'both';

export interface NoticeOptions {
  readonly secret: string;
  readonly mode: SignatureMode;
  readonly isTest?: boolean;
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function sha1Of(fields: Readonly<Record<string, string>>, secret: string): string {
  const { notification_type: type, operation_id: id, amount, currency } = fields;
  const { datetime, sender, codepro, label } = fields;
  const parts = [type, id, amount, currency, datetime, sender, codepro, secret, label];
  return createHash('sha1').update(parts.join('&')).digest('hex');
}

function signOf(fields: Readonly<Record<string, string>>, secret: string): string {
  const names = Object.keys(fields).sort();
  const text = names.map((name) => `${name}=${encode(fields[name] ?? '')}`).join('&');
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** The body of a notice; what was left after the fee is `amount`, what the payer paid is the other. */
export function noticeBody(operation: Operation, { secret, mode, isTest }: NoticeOptions): string {
  const fields = {
    notification_type: operation.paymentType === 'PC' ? 'p2p-incoming' : 'card-incoming',
    bill_id: '',
    operation_id: operation.id,
    amount: operation.net,
    ...(isTest !== true && { withdraw_amount: operation.gross }),
    currency: '643',
    datetime: operation.at,
    sender: operation.paymentType === 'PC' ? '41001000040' : '',
    codepro: 'false',
    label: operation.label,
    unaccepted: String(operation.status === 'in_progress'),
    ...(isTest === true && { test_notification: 'true' }),
  };
  const old = mode === 'sign' ? {} : { sha1_hash: sha1Of(fields, secret) };
  const whole = { ...fields, ...old };
  // The signature is last, so that a damaged body is one with a wrong signature.
  return new URLSearchParams({
    ...whole,
    ...(mode === 'sha1' ? {} : { sign: signOf(whole, secret) }),
  }).toString();
}
