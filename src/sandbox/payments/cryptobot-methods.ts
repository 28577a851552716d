/** The methods of the Crypto Pay API. A refusal is thrown as {@link CryptobotNo}. */
import { randomBytes } from 'node:crypto';
import {
  addToBalance,
  balanceOf,
  invoiceObject,
  keepInvoice,
  newest,
  type Desk,
  type InvoiceRow,
  type Params,
} from './cryptobot-objects';
import { assets, coinText, fiats, rateText, unitsOf } from './coin-rates';

export class CryptobotNo extends Error {
  readonly code: number;

  constructor(code: number, name: string) {
    super(name);
    this.code = code;
  }
}

type Method = (desk: Desk, params: Params) => unknown;

function required(params: Params, name: string): string {
  const value = params[name];
  if (value === undefined || value === '')
    throw new CryptobotNo(400, `${name.toUpperCase()}_REQUIRED`);
  return value;
}

function among(value: string, known: readonly string[], problem: string): string {
  if (!known.includes(value)) throw new CryptobotNo(400, problem);
  return value;
}

function whole(
  params: Params,
  name: string,
  bounds: readonly [number, number],
): number | undefined {
  const text = params[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= bounds[0] && value <= bounds[1]) return value;
  throw new CryptobotNo(400, `${name.toUpperCase()}_INVALID`);
}

function amountOf(params: Params): string {
  const amount = required(params, 'amount');
  if (unitsOf(amount) === undefined) throw new CryptobotNo(400, 'AMOUNT_INVALID');
  return amount;
}

function textsOf(params: Params, lengths: Readonly<Record<string, number>>): Params {
  const given = Object.entries(lengths).flatMap(([name, most]) => {
    const text = params[name];
    if (text === undefined) return [];
    if (Buffer.byteLength(text) > most)
      throw new CryptobotNo(400, `${name.toUpperCase()}_TOO_LONG`);
    return [[name, text] as const];
  });
  return Object.fromEntries(given);
}

function acceptedAssets(params: Params): readonly string[] | undefined {
  const list = params['accepted_assets']?.split(',');
  return list?.map((asset) => among(asset.trim(), assets, 'ACCEPTED_ASSETS_INVALID'));
}

function buttonOf(params: Params): Params {
  const name = params['paid_btn_name'];
  if (name === undefined) return {};
  among(name, ['viewItem', 'openChannel', 'openBot', 'callback'], 'PAID_BTN_NAME_INVALID');
  const url = required(params, 'paid_btn_url');
  if (!/^https?:\/\//.test(url)) throw new CryptobotNo(400, 'PAID_BTN_URL_INVALID');
  return { paid_btn_name: name, paid_btn_url: url };
}

function priceOf(params: Params): Pick<InvoiceRow, 'currency_type' | 'asset' | 'fiat'> {
  const type = among(
    params['currency_type'] ?? 'crypto',
    ['crypto', 'fiat'],
    'CURRENCY_TYPE_INVALID',
  );
  if (type === 'crypto') {
    return {
      currency_type: 'crypto',
      asset: among(required(params, 'asset'), assets, 'ASSET_INVALID'),
    };
  }
  return { currency_type: 'fiat', fiat: among(required(params, 'fiat'), fiats, 'FIAT_INVALID') };
}

const createInvoice: Method = (desk, params) => {
  const { site } = desk;
  const id = site.next('invoices') + 528_000;
  const seconds = whole(params, 'expires_in', [1, 2_678_400]);
  const accepted = acceptedAssets(params);
  const { payload, ...texts } = textsOf(params, {
    description: 1024 * 4,
    hidden_message: 2048 * 4,
    payload: 4096,
  });
  const at = site.now();
  const row: InvoiceRow = {
    invoice_id: id,
    hash: `IV${randomBytes(7).toString('base64url')}`,
    ...priceOf(params),
    amount: amountOf(params),
    ...(accepted && { accepted_assets: accepted }),
    ...(payload !== undefined && { payload }),
    status: 'active',
    created_at: at.toISOString(),
    ...(seconds !== undefined && {
      expiration_date: new Date(at.getTime() + seconds * 1000).toISOString(),
    }),
    more: {
      ...texts,
      ...buttonOf(params),
      allow_comments: params['allow_comments'] !== 'false',
      allow_anonymous: params['allow_anonymous'] !== 'false',
    },
  };
  keepInvoice(desk, row);
  return invoiceObject(desk, row);
};

/** What the lists have in common: ids, filters, `offset` and `count`. */
function listed<Row>(rows: readonly Row[], params: Params, idOf: (row: Row) => number): Row[] {
  const ids = Object.entries(params)
    .find(([name]) => name.endsWith('_ids'))?.[1]
    .split(',');
  const offset = whole(params, 'offset', [0, 1_000_000_000]) ?? 0;
  const count = whole(params, 'count', [1, 1000]) ?? 100;
  const asset = params['asset'];
  const fitting = rows.filter(
    (row) =>
      (ids === undefined || ids.includes(String(idOf(row)))) &&
      (asset === undefined || (row as { asset?: string }).asset === asset),
  );
  return fitting.slice(offset, offset + count);
}

const getInvoices: Method = (desk, params) => {
  const { status, fiat } = params;
  const rows = newest(desk.invoices).filter(
    (row) =>
      (status === undefined || row.status === status) && (fiat === undefined || row.fiat === fiat),
  );
  const items = listed(rows, params, (row) => row.invoice_id);
  return { items: items.map((row) => invoiceObject(desk, row)) };
};

const deleteInvoice: Method = ({ invoices, active }, params) => {
  const row = invoices.get(required(params, 'invoice_id'));
  if (!row) throw new CryptobotNo(400, 'INVOICE_NOT_FOUND');
  if (row.status === 'paid') throw new CryptobotNo(400, 'INVOICE_ALREADY_PAID');
  invoices.delete(row.invoice_id);
  active.delete(row.invoice_id);
  return true;
};

const transfer: Method = (desk, params) => {
  const { site, transfers, switches, strangers } = desk;
  const isOn = switches.get('transfers') ?? site.keys.CRYPTOBOT_SANDBOX_TRANSFERS;
  if (isOn !== 'on') throw new CryptobotNo(403, 'METHOD_DISABLED');
  const asset = among(required(params, 'asset'), assets, 'ASSET_INVALID');
  const amount = amountOf(params);
  const spendId = required(params, 'spend_id');
  if (spendId.length > 64) throw new CryptobotNo(400, 'SPEND_ID_INVALID');
  const userId = whole(params, 'user_id', [1, Number.MAX_SAFE_INTEGER]);
  if (userId === undefined || strangers.get(userId)) throw new CryptobotNo(400, 'USER_NOT_FOUND');
  if (transfers.get(spendId)) throw new CryptobotNo(400, 'SPEND_ID_ALREADY_USED');
  const units = unitsOf(amount) ?? 0n;
  if (units > balanceOf(desk, asset)) throw new CryptobotNo(400, 'INSUFFICIENT_FUNDS');
  addToBalance(desk, asset, -units);
  const row = {
    transfer_id: site.next('transfers') + 7000,
    spend_id: spendId,
    user_id: userId,
    asset,
    amount: coinText(units),
    status: 'completed',
    completed_at: site.now().toISOString(),
    ...textsOf(params, { comment: 1024 * 4 }),
  } as const;
  transfers.set(spendId, row);
  return row;
};

const getTransfers: Method = ({ transfers }, params) => {
  const spendId = params['spend_id'];
  const rows = newest(transfers).filter((row) => spendId === undefined || row.spend_id === spendId);
  return { items: listed(rows, params, (row) => row.transfer_id) };
};

const createCheck: Method = ({ site, checks }, params) => {
  const id = site.next('checks') + 100;
  const hash = `CQ${randomBytes(7).toString('base64url')}`;
  const row = {
    check_id: id,
    hash,
    asset: among(required(params, 'asset'), assets, 'ASSET_INVALID'),
    amount: amountOf(params),
    bot_check_url: `${site.url}/check/${hash}`,
    status: 'active',
    created_at: site.now().toISOString(),
  } as const;
  checks.set(id, row);
  return row;
};

const deleteCheck: Method = ({ checks }, params) => {
  const row = checks.get(required(params, 'check_id'));
  if (!row) throw new CryptobotNo(400, 'CHECK_NOT_FOUND');
  checks.delete(row.check_id);
  return true;
};

const getChecks: Method = ({ checks }, params) => ({
  items: listed(
    newest(checks).filter((row) => (params['status'] ?? row.status) === row.status),
    params,
    (row) => row.check_id,
  ),
});

const getStats: Method = ({ site, invoices }, params) => {
  const end = new Date(params['end_at'] ?? site.now());
  const start = new Date(params['start_at'] ?? end.getTime() - 24 * 3_600_000);
  const made = [...invoices.values()].filter((row) => {
    const at = new Date(row.created_at);
    return at >= start && at <= end;
  });
  const paid = made.filter((row) => row.status === 'paid');
  return {
    volume: 0,
    conversion: made.length === 0 ? 0 : Math.round((paid.length / made.length) * 100),
    unique_users_count: paid.length,
    created_invoice_count: made.length,
    paid_invoice_count: paid.length,
    start_at: start.toISOString(),
    end_at: end.toISOString(),
  };
};

const coin = (code: string): object => ({
  is_blockchain: true,
  is_stablecoin: code.startsWith('USD'),
  is_fiat: false,
  name: code,
  code,
  decimals: 8,
});

const fiat = (code: string): object => ({
  is_blockchain: false,
  is_stablecoin: false,
  is_fiat: true,
  name: code,
  code,
  decimals: 8,
});

export const cryptobotMethods: Readonly<Record<string, Method>> = {
  getMe: () => ({
    app_id: 12345,
    name: 'Sandbox shop',
    payment_processing_bot_username: 'CryptoTestnetBot',
  }),
  createInvoice,
  getInvoices,
  deleteInvoice,
  transfer,
  getTransfers,
  createCheck,
  getChecks,
  deleteCheck,
  getStats,
  getBalance: (desk) =>
    assets.map((code) => ({
      currency_code: code,
      available: coinText(balanceOf(desk, code)),
      onhold: '0',
    })),
  getExchangeRates: () =>
    assets.flatMap((source) =>
      fiats.map((target) => ({
        is_valid: true,
        is_crypto: true,
        is_fiat: false,
        source,
        target,
        rate: rateText(source, target),
      })),
    ),
  getCurrencies: () => [...assets.map(coin), ...fiats.map(fiat)],
};
