import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ShopApi } from '../api';
import { isOver, newsOf } from '../purchase';
import { onInvoiceClosed, openPayAddress } from '../telegram';
import { tell } from '../tell';
import type { Words } from '../texts';
import type { Payment } from '../types';
import { usePayment } from '../use-payment';

interface CheckoutProps {
  api: ShopApi;
  id: string;
  words: Words;
  onOver(): Promise<void>;
  onLeave(): void;
  onClose(): void;
}

/** An invoice in Stars opens by itself once; a page needs a press, or browsers hold it back. */
function useAutoInvoice(payment: Payment | undefined): void {
  const opened = useRef(false);
  const { system, payUrl } = payment ?? {};
  useEffect(() => {
    if (opened.current || system !== 'stars' || !payUrl) return;
    opened.current = true;
    openPayAddress(payUrl);
  }, [system, payUrl]);
}

/** Once, when the payment has come to its end. */
function useOver(payment: Payment | undefined, onOver: () => Promise<void>): void {
  const standing = payment?.standing;
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    if (standing !== undefined && isOver(standing)) void over.current();
  }, [standing]);
}

export function Checkout(props: CheckoutProps): ReactNode {
  const { api, id, words, onOver, onLeave, onClose } = props;
  const { payment, lost, lookNow } = usePayment(api, id);
  const [says, setSays] = useState('');
  useAutoInvoice(payment);
  useEffect(() => onInvoiceClosed(lookNow), [lookNow]);

  useOver(payment, onOver);

  const check = async (): Promise<void> => {
    try {
      await api.check(id);
      setSays(words.checking);
      lookNow();
    } catch (error) {
      setSays(tell(error, words));
    }
  };

  if (!payment) {
    return <p role="status">{lost === undefined ? words.loading : tell(lost, words)}</p>;
  }
  const { payWords, standing: now } = payment;
  return (
    <section className="checkout" data-testid="checkout" data-standing={now}>
      <h2>{payment.name}</h2>
      <p className="hint">
        {payment.price} · {payment.method}
      </p>
      <p role="status" className={now === 'paid' ? 'news good' : 'news'}>
        {isOver(now) ? null : <span className="spinner" aria-hidden="true" />}
        {newsOf(payment, words)}
      </p>
      {payWords === null ? null : <pre>{payWords}</pre>}
      {lost === undefined ? null : <p role="alert">{tell(lost, words)}</p>}
      <PayButtons payment={payment} words={words} onCheck={() => void check()} />
      {says === '' ? null : <output>{says}</output>}
      <button type="button" data-testid="another" onClick={onLeave}>
        {words.another}
      </button>
      {isOver(now) || payWords !== null ? (
        <button type="button" onClick={onClose}>
          {words.close}
        </button>
      ) : null}
    </section>
  );
}

interface PayButtonsProps {
  payment: Payment;
  words: Words;
  onCheck(): void;
}

/** Stars tell by themselves when they are paid; all others can be asked. */
function PayButtons({ payment, words, onCheck }: PayButtonsProps): ReactNode {
  const { payUrl, system, price } = payment;
  if (payUrl === null) return null;
  return (
    <>
      <button
        type="button"
        className="main-button"
        data-testid="pay"
        onClick={() => {
          openPayAddress(payUrl);
        }}
      >
        {words.pay} · {price}
      </button>
      {system === 'stars' ? null : (
        <button type="button" onClick={onCheck}>
          {words.check}
        </button>
      )}
    </>
  );
}
