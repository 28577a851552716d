import type { Site } from './frame/stand-in';
import { coinText, coinsFor, rateText, unitsOf, usdText } from './coin-rates';
import type { Table } from '../journal';

export type Params = Readonly<Record<string, string>>;

export interface InvoiceRow {
  readonly invoice_id: number;
  readonly hash: string;
  readonly status: 'active' | 'paid' | 'expired';
  readonly amount: string;
  readonly currency_type: 'crypto' | 'fiat';
  readonly asset?: string;
  readonly fiat?: string;
  readonly accepted_assets?: readonly string[];
  readonly payload?: string;
  readonly created_at: string;
  readonly expiration_date?: string;
  /** Whatever else the API shows of it. */
  readonly more: Readonly<Record<string, unknown>>;
}

export interface TransferRow {
  readonly transfer_id: number;
  readonly spend_id: string;
  readonly user_id: number;
  readonly asset: string;
  readonly amount: string;
  readonly status: 'completed';
  readonly completed_at: string;
  readonly comment?: string;
}

export interface CheckRow {
  readonly check_id: number;
  readonly hash: string;
  readonly asset: string;
  readonly amount: string;
  readonly bot_check_url: string;
  readonly status: 'active' | 'activated';
  readonly created_at: string;
}

export type CryptobotKey = 'CRYPTOBOT_TOKEN' | 'CRYPTOBOT_SANDBOX_TRANSFERS';

/** Everything the stand-in keeps. Amounts of coins are kept as decimal strings of hundred-millionths. */
export interface Desk {
  readonly site: Site<CryptobotKey>;
  readonly invoices: Table<InvoiceRow>;
  /** Ids of those that are active, so that time need not be let over all of them. */
  readonly active: Table<number>;
  readonly transfers: Table<TransferRow>;
  readonly checks: Table<CheckRow>;
  readonly balances: Table<string>;
  /** "transfers" is "on" or "off". */
  readonly switches: Table<string>;
  /** Telegram ids of people who have never opened the bot. */
  readonly strangers: Table<true>;
}

export function openDesk(site: Site<CryptobotKey>): Desk {
  return {
    site,
    invoices: site.table('invoices'),
    active: site.table('active'),
    transfers: site.table('transfers'),
    checks: site.table('checks'),
    balances: site.table('balances'),
    switches: site.table('switches'),
    strangers: site.table('strangers'),
  };
}

// An app that was never paid could not show a refund.
const startBalance = 10_000n * 100_000_000n;

export function balanceOf({ balances }: Desk, asset: string): bigint {
  return BigInt(balances.get(asset) ?? startBalance);
}

export function addToBalance(desk: Desk, asset: string, units: bigint): void {
  desk.balances.set(asset, (balanceOf(desk, asset) + units).toString());
}

/** An invoice as the API and webhooks show it. */
export function invoiceObject({ site }: Desk, row: InvoiceRow): Record<string, unknown> {
  const { more, ...shown } = row;
  const page = `${site.url}/pay/${row.hash}`;
  return {
    ...shown,
    bot_invoice_url: page,
    mini_app_invoice_url: page,
    web_app_invoice_url: page,
    pay_url: page,
    ...more,
  };
}

/** The newest first, as the API lists. */
export function newest<Row>(table: Table<Row>): Row[] {
  return [...table.values()].reverse();
}

/** By its id, its hash or the shop's payload; of several with one payload the newest. */
export function findInvoice({ invoices }: Desk, id: string): InvoiceRow | undefined {
  return invoices.get(id) ?? newest(invoices).find((row) => row.hash === id || row.payload === id);
}

/** The coins an invoice can be paid with. */
export function payableAssets(row: InvoiceRow, all: readonly string[]): readonly string[] {
  return row.asset === undefined ? (row.accepted_assets ?? all) : [row.asset];
}

/** Every change of an invoice goes through here. */
export function keepInvoice({ invoices, active }: Desk, row: InvoiceRow): void {
  invoices.set(row.invoice_id, row);
  if (row.status === 'active') active.set(row.invoice_id, row.invoice_id);
  else active.delete(row.invoice_id);
}

/** Takes the money: 3 % of it is the service's fee. */
export function paidInvoice(desk: Desk, row: InvoiceRow, asset: string): InvoiceRow {
  const asked = unitsOf(row.amount) ?? 0n;
  const units = row.fiat === undefined ? asked : coinsFor(asked, asset, row.fiat);
  const fee = (units * 3n) / 100n;
  addToBalance(desk, asset, units - fee);
  return {
    ...row,
    status: 'paid',
    more: {
      ...row.more,
      paid_at: desk.site.now().toISOString(),
      paid_anonymously: false,
      paid_asset: asset,
      paid_amount: coinText(units),
      paid_usd_rate: rateText(asset, 'USD'),
      ...(row.fiat !== undefined && { paid_fiat_rate: rateText(asset, row.fiat) }),
      fee_asset: asset,
      fee_amount: coinText(fee),
      fee_in_usd: usdText(fee, asset),
    },
  };
}
