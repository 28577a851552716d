/** Orders of tokens: the price is made here and now, of the shelf and the person's promo code. */
import { AppError } from '../domain/errors';
import { priceOn, type Pack } from '../domain/packs';
import type { OrderPlace } from '../domain/payment';
import { priceWith } from '../domain/promo';
import type { Tokens } from '../domain/tokens';
import type { Database, Tx } from './database';
import { openCardRequest } from './card-request-store';
import { createLedgerStore } from './ledger-store';
import { shelfOf, type ShelfKey } from './pack-store';
import { paymentOf, type Payment } from './payment-row';
import type { Language } from './person-store';
import { lockPromo, recordRedemption, usableSelection, type SelectedPromo } from './promo-usage';

export interface PurchaseOrder extends ShelfKey {
  /** Of the update that asked: the same id twice is one payment. */
  readonly id: string;
  readonly person: { readonly id: string };
  readonly chatId: bigint;
  readonly language: Language;
  readonly amount: Tokens;
  readonly now: Date;
  readonly expiresAt: Date;
  /** The chat when left out. */
  readonly orderedIn?: OrderPlace;
}

export function createPurchases(db: Database) {
  return {
    /**
     * Stores the payment of a pack or a named amount at today's price, with the promo code the person
     * chose: that is used up with it. A code that can no longer be used is dropped; the invoice tells
     * the full price. Throws NOT_FOUND for what is not on sale, CARD_REQUESTS_OPEN,
     * IDEMPOTENCY_CONFLICT.
     */
    order: (wish: PurchaseOrder): Promise<Payment> => db.$transaction((tx) => order(tx, wish)),
  };
}

async function order(tx: Tx, wish: PurchaseOrder): Promise<Payment> {
  const { id, person, amount, system, currency } = wish;
  await createLedgerStore(tx).lock(person.id);
  const known = await tx.payment.findUnique({ where: { id } });
  if (known !== null) {
    if (known.personId === person.id) return paymentOf(known);
    throw new AppError('IDEMPOTENCY_CONFLICT', `Payment ${id} is someone else's`);
  }
  const price = priceOn(await shelfOf(tx, { system, currency }), amount);
  if (price === undefined) throw new AppError('NOT_FOUND', `${amount} tokens are not on sale`);
  const promo = await takeSelection(tx, wish);
  const payment = await create(tx, wish, { packTokens: amount, price: priceWith(promo, price) });
  if (system === 'card') await openCardRequest(tx, payment, wish.now);
  if (promo !== undefined) {
    await recordRedemption(tx, { id, code: promo.code, personId: person.id, paymentId: id });
  }
  return payment;
}

async function takeSelection(
  tx: Tx,
  { person, now }: PurchaseOrder,
): Promise<SelectedPromo | undefined> {
  const personId = person.id;
  const selection = await tx.promoSelection.findUnique({ where: { personId } });
  if (selection === null) return undefined;
  await lockPromo(tx, selection.code);
  const promo = await usableSelection(tx, personId, now);
  await tx.promoSelection.delete({ where: { personId } });
  return promo;
}

async function create(tx: Tx, wish: PurchaseOrder, pack: Pack): Promise<Payment> {
  const { id, person, chatId, language, system, expiresAt, orderedIn = 'chat' } = wish;
  const { packTokens, price } = pack;
  const data = { id, personId: person.id, chatId, language, system, expiresAt, orderedIn };
  return paymentOf(await tx.payment.create({ data: { ...data, packTokens, ...price } }));
}
