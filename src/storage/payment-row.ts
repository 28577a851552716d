import type { ErrorCode } from '../domain/errors';
import { AppError } from '../domain/errors';
import type { Currency, Money } from '../domain/money';
import type { OrderPlace, PaymentStatus, RefundOrigin, RefundStatus } from '../domain/payment';
import { tokens, type Tokens } from '../domain/tokens';
import type {
  Charge as ChargeRow,
  Payment as PaymentRow,
  Refund as RefundRow,
} from '../generated/prisma/client';
import type { Database, Tx } from './database';
import { asLanguage, type Language } from './person-store';

export interface Payment {
  readonly id: string;
  readonly personId: string;
  readonly chatId: bigint;
  readonly language: Language;
  readonly system: string;
  readonly packTokens: Tokens;
  readonly price: Money;
  readonly status: PaymentStatus;
  /** Why it failed. */
  readonly failureCode: ErrorCode | null;
  readonly invoiceMessageId: bigint | null;
  /** The system's id of the invoice, when it has one. */
  readonly invoiceId: string | null;
  /** The page to pay on. */
  readonly payUrl: string | null;
  /** What to do to pay, for a system without a page. */
  readonly payWords: string | null;
  readonly orderedIn: OrderPlace;
  /** Where its fiscal receipts go; frozen when the invoice is opened, none before. */
  readonly receiptEmail: string | null;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

export interface Refund {
  /** "<payment id>:<the admin's refund id>" */
  readonly id: string;
  readonly paymentId: string;
  readonly system: string;
  readonly chargeId: string;
  /** Who paid, where the system tells. */
  readonly telegramId: bigint | null;
  /** What goes back. */
  readonly amount: Money;
  /** All that was paid by this charge. */
  readonly charged: Money;
  readonly refundHandle: string | null;
  /** Tokens taken back. */
  readonly tokens: Tokens;
  /** Tokens that were spent already and became debt. */
  readonly debtTokens: Tokens;
  readonly actor: string;
  readonly reason: string;
  readonly origin: RefundOrigin;
  readonly systemRefundId: string | null;
  /** Waits for an admin who returns the money by hand. */
  readonly manual: boolean;
  readonly createdAt: Date;
  readonly status: RefundStatus;
}

/** Throws NOT_FOUND. */
export async function findPayment(db: Database | Tx, id: string): Promise<Payment> {
  const row = await db.payment.findUnique({ where: { id } });
  if (row === null) throw new AppError('NOT_FOUND', `No payment ${id}`);
  return paymentOf(row);
}

/** Throws NOT_FOUND, also when the request was refused before a charge was found for it. */
export async function findRefund(db: Database | Tx, id: string): Promise<Refund> {
  const row = await db.refund.findUnique({ where: { id }, include: { charge: true } });
  if (!row?.charge) throw new AppError('NOT_FOUND', `No refund ${id} of a charge`);
  return refundOf(row, row.charge);
}

export function paymentOf(row: PaymentRow): Payment {
  return {
    id: row.id,
    personId: row.personId,
    chatId: row.chatId,
    language: asLanguage(row.language),
    system: row.system,
    packTokens: tokens(row.packTokens),
    price: { amountMinor: row.amountMinor, currency: row.currency as Currency },
    status: row.status as PaymentStatus,
    failureCode: row.failureCode as ErrorCode | null,
    invoiceMessageId: row.invoiceMessageId,
    invoiceId: row.invoiceId,
    payUrl: row.payUrl,
    payWords: row.payWords,
    orderedIn: row.orderedIn as OrderPlace,
    receiptEmail: row.receiptEmail,
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
  };
}

export function refundOf(row: RefundRow, charge: ChargeRow): Refund {
  const currency = charge.currency as Currency;
  return {
    id: row.id,
    paymentId: row.paymentId,
    system: charge.system,
    chargeId: charge.chargeId,
    telegramId: charge.telegramId,
    amount: { amountMinor: row.amountMinor, currency },
    charged: { amountMinor: charge.amountMinor, currency },
    refundHandle: charge.refundHandle,
    tokens: tokens(row.tokens),
    debtTokens: tokens(row.debtTokens),
    actor: row.actor,
    reason: row.reason,
    origin: row.origin as RefundOrigin,
    systemRefundId: row.systemRefundId,
    manual: row.manual,
    createdAt: row.createdAt,
    status: row.status as RefundStatus,
  };
}
