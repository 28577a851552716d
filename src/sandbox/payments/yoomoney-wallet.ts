/** What a YooMoney wallet keeps: links that were opened and operations. */
import { decimalOf, moneyOf } from '../../domain/money';
import type { Table } from '../journal';
import { StandInRefusal, type Site } from './frame/stand-in';
import { noticeBody, type SignatureMode } from './yoomoney-notice';

export type YoomoneySite = Site<
  'YOOMONEY_WALLET' | 'YOOMONEY_NOTIFICATION_SECRET' | 'YOOMONEY_ACCESS_TOKEN'
>;

/** A form somebody opened; it can be paid again and again. */
export interface Link {
  readonly id: string;
  readonly sum: string;
  readonly label: string;
  readonly paymentType: 'AC' | 'PC';
  readonly successUrl?: string;
}

/** Money that came. `in_progress`: the wallet cannot take it yet. */
export interface Operation {
  readonly id: string;
  readonly linkId: string;
  readonly label: string;
  readonly paymentType: Link['paymentType'];
  readonly gross: string;
  readonly net: string;
  readonly status: 'success' | 'in_progress';
  readonly at: string;
}

export interface Wallet {
  readonly site: YoomoneySite;
  readonly links: Table<Link>;
  readonly operations: Table<Operation>;
  readonly modes: Table<SignatureMode>;
}

// Of cards and of wallets, in percent.
const feePercent = { AC: 3n, PC: 1n } as const;

export function openWallet(site: YoomoneySite): Wallet {
  return {
    site,
    links: site.table('links'),
    operations: site.table('operations'),
    modes: site.table('modes'),
  };
}

/** A link by its id, or the last one with a label. */
export function linkIn({ links }: Wallet, id: string): Link {
  const link = links.get(id) ?? [...links.values()].findLast((one) => one.label === id);
  if (!link) throw new StandInRefusal(404, 'no such link');
  return link;
}

export function kopecksOf(sum: string): bigint {
  const money = moneyOf(sum, 'RUB');
  if (!money || money.amountMinor < 200n) throw new StandInRefusal(400, 'not a sum YooMoney takes');
  return money.amountMinor;
}

export const sumOf = (amountMinor: bigint): string => decimalOf({ amountMinor, currency: 'RUB' });

export function tell(wallet: Wallet, operation: Operation, isTest = false): void {
  const { site, modes } = wallet;
  const secret = site.keys.YOOMONEY_NOTIFICATION_SECRET;
  const mode = modes.get('wallet') ?? 'sign';
  const event = operation.paymentType === 'PC' ? 'p2p-incoming' : 'card-incoming';
  site.notify({ event, body: noticeBody(operation, { secret, mode, isTest }) });
}

/** Somebody pays by a link; with a full wallet the money waits. */
export function pay(wallet: Wallet, link: Link, how: { sum: string; isFull?: boolean }): Operation {
  const { site, operations } = wallet;
  const gross = kopecksOf(how.sum);
  const fee = (gross * feePercent[link.paymentType] + 50n) / 100n;
  const operation: Operation = {
    id: `${Math.floor(site.now().getTime() / 1000)}${String(site.next('operations')).padStart(8, '0')}`,
    linkId: link.id,
    label: link.label,
    paymentType: link.paymentType,
    gross: sumOf(gross),
    net: sumOf(gross - fee),
    status: how.isFull === true ? 'in_progress' : 'success',
    at: site
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z'),
  };
  operations.set(operation.id, operation);
  tell(wallet, operation);
  return operation;
}

/** The wallet has room again: what waited by this link arrives. */
export function accept(wallet: Wallet, link: Link): void {
  for (const operation of [...wallet.operations.values()]) {
    if (operation.linkId !== link.id || operation.status !== 'in_progress') continue;
    const taken: Operation = { ...operation, status: 'success' };
    wallet.operations.set(taken.id, taken);
    tell(wallet, taken);
  }
}
