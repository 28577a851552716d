/** Invoices of the Heleket stand-in and how they look in answers and webhooks. */
import { createHash, randomUUID } from 'node:crypto';
import type { Table } from '../journal';
import { assets, coinsFor, coinText, fiats, unitsOf, usdText } from './coin-rates';
import type { Site } from './frame/stand-in';

export type HeleketKey = 'HELEKET_MERCHANT' | 'HELEKET_PAYMENT_KEY' | 'HELEKET_PAYOUT_KEY';

export type HeleketStatus =
  | 'check'
  | 'confirm_check'
  | 'wrong_amount_waiting'
  | 'paid'
  | 'paid_over'
  | 'wrong_amount'
  | 'cancel'
  | 'fail'
  | 'locked'
  | 'refund_process'
  | 'refund_paid'
  | 'refund_fail';

/** Coins are kept as text of hundred-millionths; all payers here pay by USDT on Tron. */
export interface InvoiceRow {
  readonly uuid: string;
  readonly orderId: string;
  readonly amount: string;
  readonly currency: string;
  readonly asked: string;
  readonly arrived: string;
  readonly status: HeleketStatus;
  readonly isMultiple: boolean;
  /** Paid, and may still change. */
  readonly isProvisional?: true;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt: number;
  readonly callbackUrl?: string;
  readonly returnUrl?: string;
  readonly additionalData?: string;
  /** When a refund under way ends, and how. */
  readonly refundEndsAt?: number;
  readonly refundOutcome?: 'refund_paid' | 'refund_fail';
}

export interface Desk {
  readonly site: Site<HeleketKey>;
  /** By uuid. */
  readonly invoices: Table<InvoiceRow>;
  /** order_id → uuid. */
  readonly orders: Table<string>;
  /** Uuids that time can still change. */
  readonly open: Table<string>;
  /** "payouts" can be "off". */
  readonly switches: Table<string>;
}

export const payerCurrency = 'USDT';
const payerAddress = 'THgEWubVc8tPKXLJ4VZ5zbiiAK7AgqSeGH';

export function openDesk(site: Site<HeleketKey>): Desk {
  return {
    site,
    invoices: site.table('invoices'),
    orders: site.table('orders'),
    open: site.table('open'),
    switches: site.table('switches'),
  };
}

const openStatuses: readonly HeleketStatus[] = [
  'check',
  'confirm_check',
  'wrong_amount_waiting',
  'refund_process',
];

/** Also while it is locked, although a check can still let it go. */
const isFinal = ({ status, isProvisional }: InvoiceRow): boolean =>
  !openStatuses.includes(status) && isProvisional !== true;

/** Every change of an invoice goes through here. */
export function keepInvoice({ site, invoices, open }: Desk, row: InvoiceRow): InvoiceRow {
  const kept = { ...row, updatedAt: site.now().getTime() };
  invoices.set(row.uuid, kept);
  if (openStatuses.includes(row.status)) open.set(row.uuid, row.uuid);
  else open.delete(row.uuid);
  return kept;
}

/** By its uuid or the shop's order. */
export function findInvoice({ invoices, orders }: Desk, id: string): InvoiceRow | undefined {
  return invoices.get(id) ?? invoices.get(orders.get(id) ?? '');
}

/** How many coins an amount of fiat money or coins is; undefined for money nobody takes. */
export function coinsOf(amount: string, currency: string): bigint | undefined {
  const units = unitsOf(amount);
  if (units === undefined) return undefined;
  if (fiats.includes(currency)) return coinsFor(units, payerCurrency, currency);
  return assets.includes(currency) ? units : undefined;
}

export function newInvoice(
  desk: Desk,
  given: Pick<
    InvoiceRow,
    'orderId' | 'amount' | 'currency' | 'asked' | 'isMultiple' | 'expiresAt'
  > &
    Partial<InvoiceRow>,
): InvoiceRow {
  const now = desk.site.now().getTime();
  const uuid = randomUUID();
  desk.orders.set(given.orderId, uuid);
  return keepInvoice(desk, {
    ...given,
    uuid,
    arrived: '0',
    status: 'check',
    createdAt: now,
    updatedAt: now,
  });
}

// Moscow's clock, as Heleket dates its answers.
const moscow = (ms: number): string =>
  `${new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19)}+03:00`;

/** 1 % of what arrived, or would. */
function feeOf(row: InvoiceRow): bigint {
  const base = BigInt(row.arrived) > 0n ? BigInt(row.arrived) : BigInt(row.asked);
  return base / 100n;
}

/** As the answers of the API show it. */
export function invoiceObject({ site }: Desk, row: InvoiceRow): Record<string, unknown> {
  const arrived = BigInt(row.arrived);
  const fee = feeOf(row);
  const base = arrived > 0n ? arrived : BigInt(row.asked);
  return {
    uuid: row.uuid,
    order_id: row.orderId,
    amount: row.amount,
    payment_amount: arrived > 0n ? coinText(arrived) : null,
    payer_amount: coinText(BigInt(row.asked)),
    discount_percent: 0,
    discount: '0.00000000',
    payer_currency: payerCurrency,
    currency: row.currency,
    merchant_amount: coinText(base - fee),
    commission: coinText(fee),
    network: 'tron',
    address: 'TDD97yguPESTpcrJMqU6h2ozZbibv4Vaqm',
    from: arrived > 0n ? payerAddress : null,
    txid: arrived > 0n ? txidOf(row) : null,
    payment_status: row.status,
    url: `${site.url}/pay/${row.uuid}`,
    expired_at: Math.floor(row.expiresAt / 1000),
    is_final: isFinal(row),
    additional_data: row.additionalData ?? null,
    created_at: moscow(row.createdAt),
    updated_at: moscow(row.updatedAt),
  };
}

const txidOf = ({ uuid }: InvoiceRow): string => createHash('sha256').update(uuid).digest('hex');

/** As PHP's json_encode with JSON_UNESCAPED_UNICODE writes it. */
const phpJson = (value: unknown): string => JSON.stringify(value).replaceAll('/', '\\/');

/** Eight places, as webhooks have them. */
function eight(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(8, '0')}`;
}

/** The body of a webhook, with its signature inside, at the end. */
export function webhookBody({ site }: Desk, row: InvoiceRow, status = row.status): string {
  const arrived = BigInt(row.arrived);
  const fee = feeOf(row);
  const notice = {
    type: 'payment',
    uuid: row.uuid,
    order_id: row.orderId,
    amount: eight(row.amount),
    payment_amount: eight(coinText(arrived)),
    payment_amount_usd: usdText(arrived, payerCurrency),
    merchant_amount: eight(coinText(arrived > fee ? arrived - fee : 0n)),
    commission: eight(coinText(fee)),
    is_final: isFinal({ ...row, status }),
    status,
    from: arrived > 0n ? payerAddress : null,
    wallet_address_uuid: null,
    network: 'tron',
    currency: row.currency,
    payer_currency: payerCurrency,
    payer_amount: eight(coinText(BigInt(row.asked))),
    additional_data: row.additionalData ?? null,
    ...(arrived > 0n && { txid: txidOf(row) }),
  };
  const sign = signOf(Buffer.from(phpJson(notice)), site.keys.HELEKET_PAYMENT_KEY);
  return phpJson({ ...notice, sign });
}

/** Hex MD5 of the base64 of the bytes and the key. */
export function signOf(bytes: Buffer, key: string): string {
  return createHash('md5')
    .update(`${bytes.toString('base64')}${key}`)
    .digest('hex');
}

// The statuses Heleket tells of; the others are seen only by asking.
const toldStatuses: readonly HeleketStatus[] = [
  'confirm_check',
  'paid',
  'paid_over',
  'fail',
  'wrong_amount',
  'cancel',
  'refund_process',
  'refund_fail',
  'refund_paid',
];

export function tell(desk: Desk, row: InvoiceRow): void {
  if (row.callbackUrl === undefined || !toldStatuses.includes(row.status)) return;
  desk.site.notify({ event: row.status, url: row.callbackUrl, body: webhookBody(desk, row) });
}
