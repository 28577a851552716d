/**
 * YooMoney's notice of money that came to the wallet. It is signed, and may be all there ever is.
 *
 * `sign` (an HMAC over every field) replaced `sha1_hash`, which covers neither what the payer was
 * charged nor whether the money was accepted: with it alone those fields are not believed.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { SystemCharge } from '../domain/charge';
import { moneyOf } from '../domain/money';
import type { WebhookReading } from './payment-system';

type Fields = ReadonlyMap<string, string>;

const noticeSchema = z.object({
  notification_type: z.enum(['p2p-incoming', 'card-incoming']),
  operation_id: z.string().regex(/^[\w-]{1,200}$/),
  amount: z.string(),
  withdraw_amount: z.string().optional(),
  currency: z.string(),
  datetime: z.string().pipe(z.coerce.date()),
  codepro: z.string(),
  unaccepted: z.string().default('false'),
  label: z.string(),
  test_notification: z.string().optional(),
});
type Notice = z.infer<typeof noticeSchema>;

const labelForm = /^[A-Za-z0-9_-]{1,64}$/;
const rubles = '643';

/** Undefined when a name comes twice: one of the two would be read and the other one signed. */
function fieldsOf(rawBody: Buffer): Fields | undefined {
  const pairs = [...new URLSearchParams(rawBody.toString('utf8'))];
  const fields = new Map(pairs);
  return fields.size === pairs.length ? fields : undefined;
}

function rfc3986(text: string): string {
  const isLeft = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, isLeft);
}

function isSame(shown: string | undefined, expected: Buffer): boolean {
  if (shown === undefined || !/^[0-9a-f]+$/i.test(shown)) return false;
  const given = Buffer.from(shown, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Every field but the signature, by name; what is absent stays out, what is empty stays in. */
function isSigned(fields: Fields, secret: string): boolean {
  const covered = [...fields].filter(([name]) => name !== 'sign');
  const text = covered
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${rfc3986(value)}`)
    .join('&');
  // How a space is encoded is not documented; either way only YooMoney has the secret.
  return [text, text.replaceAll('%20', '+')].some((form) =>
    isSame(fields.get('sign'), createHmac('sha256', secret).update(form).digest()),
  );
}

const hashed = [
  'notification_type',
  'operation_id',
  'amount',
  'currency',
  'datetime',
  'sender',
  'codepro',
] as const;

function isHashed(fields: Fields, secret: string): boolean {
  const value = (name: string): string => fields.get(name) ?? '';
  const text = [...hashed.map(value), secret, value('label')].join('&');
  return isSame(fields.get('sha1_hash'), createHash('sha1').update(text).digest());
}

/** What came, and where the payer's side is proven, what they were charged. */
function chargeOf(notice: Notice, isWhole: boolean): SystemCharge | undefined {
  const net = moneyOf(notice.amount, 'RUB');
  const gross = isWhole ? moneyOf(notice.withdraw_amount ?? '', 'RUB') : undefined;
  if (net === undefined) return undefined;
  const base = { chargeId: notice.operation_id, at: notice.datetime };
  if (gross === undefined || gross.amountMinor < net.amountMinor) {
    return { ...base, paid: net, isNet: true };
  }
  const fee = { ...gross, amountMinor: gross.amountMinor - net.amountMinor };
  return { ...base, paid: gross, fee };
}

function newsOf(notice: Notice, proof: { isWhole: boolean; canAsk: boolean }): WebhookReading {
  const { operation_id: id, notification_type: event, label, currency } = notice;
  const charge = chargeOf(notice, proof.isWhole);
  if (charge === undefined) return { verdict: 'malformed', reason: 'no amount' };
  if (notice.test_notification === 'true') return { verdict: 'ignored', reason: 'a test' };
  if (currency !== rubles) return { verdict: 'ignored', reason: 'not in rubles' };
  if (!labelForm.test(label)) return { verdict: 'ignored', reason: 'of no order' };
  const isWaiting = notice.unaccepted !== 'false' || notice.codepro !== 'false';
  const news = {
    verdict: 'news',
    // It comes again once the wallet could take the money.
    eventId: isWaiting ? `${id}:waiting` : id,
    event,
    paymentId: label,
  } as const;
  // What arrived says less than the history can: there the order's price is known.
  if (isWaiting || (charge.isNet === true && proof.canAsk)) return news;
  return { ...news, charge };
}

/** `canAsk`: the wallet's history can be read, so that an incomplete notice is only a hint. */
export function readYoomoneyNotice(
  rawBody: Buffer,
  { secret, canAsk }: { readonly secret: string; readonly canAsk: boolean },
): WebhookReading {
  const fields = fieldsOf(rawBody);
  if (fields === undefined) return { verdict: 'malformed', reason: 'a field comes twice' };
  const isWhole = isSigned(fields, secret);
  if (!isWhole && !isHashed(fields, secret)) {
    return { verdict: 'refused', reason: 'neither sign nor sha1_hash is right' };
  }
  const parsed = noticeSchema.safeParse(Object.fromEntries(fields));
  if (!parsed.success) return { verdict: 'malformed', reason: 'no notice of incoming money' };
  return newsOf(parsed.data, { isWhole, canAsk });
}
