import { useEffect, useRef, useState, type ReactNode } from 'react';
import { addStars, pay, type ChatKey, type Purchase } from '../api';
import { useChatScope } from '../chat-context';
import type { Texts } from '../texts';
import type { CheckoutResult, Invoice } from '../types';
import { Dialog } from './dialog';
import { Icon, Spinner, Star } from './icons';

interface InvoiceSheetProps {
  chat: ChatKey;
  purchase: Purchase;
  invoice: Invoice;
  wasPaid: boolean;
  onClose(isPaid: boolean): void;
}

type Step = { state: 'idle' } | CheckoutResult;

/** The receipt closes by itself after this long. */
const receiptTime = 1800;

function useCheckout({ chat, purchase, onClose }: InvoiceSheetProps): [Step, () => void] {
  const [step, setStep] = useState<Step>({ state: 'idle' });
  const done = step.state === 'paid';

  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    if (!done) return undefined;
    const timer = window.setTimeout(() => {
      close.current(true);
    }, receiptTime);
    return () => {
      window.clearTimeout(timer);
    };
  }, [done]);

  const submit = (): void => {
    setStep({ state: 'checking' });
    pay(chat, purchase).then(setStep, (error: unknown) => {
      setStep({ state: 'failed', error: error instanceof Error ? error.message : String(error) });
    });
  };
  return [step, submit];
}

function reasonOf({ error = '' }: CheckoutResult, texts: Texts): string {
  return texts.paymentErrors[error] ?? (error || texts.loadFailed);
}

function Amount({ stars }: { stars: number }): ReactNode {
  const { texts } = useChatScope();
  return (
    <span className="amount" aria-label={texts.stars(stars)}>
      <Star />
      {stars}
    </span>
  );
}

interface ButtonsProps extends InvoiceSheetProps {
  step: Step;
  onPay(): void;
}

function Buttons({ step, invoice, onPay, onClose }: ButtonsProps): ReactNode {
  const { texts, person } = useChatScope();
  const [adding, setAdding] = useState(false);
  const missing = invoice.total_amount - person.stars;
  const busy = step.state === 'checking';
  const add = (): void => {
    setAdding(true);
    void addStars(person.id, missing).finally(() => {
      setAdding(false);
    });
  };
  return (
    <div className="sheet-buttons">
      {missing > 0 && !busy ? (
        <>
          <p className="sheet-note" role="status">
            {texts.lowBalance(missing)}
          </p>
          <button
            type="button"
            className="button gold wide"
            data-testid="sheet-add-stars"
            disabled={adding}
            onClick={add}
          >
            <Star />
            {texts.addStarsCount(missing)}
          </button>
        </>
      ) : null}
      <button
        type="button"
        className="button primary wide"
        data-testid="sheet-pay"
        disabled={busy || missing > 0}
        aria-busy={busy}
        onClick={onPay}
      >
        {busy ? <Spinner /> : null}
        {busy ? texts.checking : texts.pay(invoice.total_amount)}
      </button>
      <button
        type="button"
        className="button quiet wide"
        disabled={busy}
        onClick={() => {
          onClose(false);
        }}
      >
        {texts.cancel}
      </button>
    </div>
  );
}

export function InvoiceSheet(props: InvoiceSheetProps): ReactNode {
  const { invoice, wasPaid, onClose } = props;
  const { texts, person, bot } = useChatScope();
  const [step, submit] = useCheckout(props);
  // The message says so a moment before the answer does.
  const [paidBefore] = useState(wasPaid);
  const paid = step.state === 'paid' || (paidBefore && step.state === 'idle');
  const busy = step.state === 'checking';
  return (
    <Dialog
      label={paid ? texts.paidTitle : texts.payTitle}
      className="sheet"
      onClose={() => {
        if (!busy) onClose(paid);
      }}
    >
      <div className={paid ? 'sheet-art sheet-art-paid' : 'sheet-art'} aria-hidden="true">
        {paid ? <Icon name="check" /> : <Star />}
      </div>
      <h2>{invoice.title}</h2>
      <p className="muted">{invoice.description}</p>
      <dl className="sheet-rows">
        <div>
          <dt>{bot.name}</dt>
          <dd>@{bot.username}</dd>
        </div>
        <div>
          <dt>{texts.total}</dt>
          <dd>
            <Amount stars={invoice.total_amount} />
          </dd>
        </div>
        <div>
          <dt>{texts.balance}</dt>
          <dd>
            <Amount stars={person.stars} />
          </dd>
        </div>
      </dl>
      {step.state === 'failed' ? (
        <p className="sheet-error" role="alert">
          {texts.paymentFailed} {reasonOf(step, texts)}
        </p>
      ) : null}
      {paid ? (
        <div className="sheet-buttons">
          <p className="sheet-paid" role="status">
            {texts.paidTitle}
          </p>
          <button
            type="button"
            className="button quiet wide"
            onClick={() => {
              onClose(true);
            }}
          >
            {texts.close}
          </button>
        </div>
      ) : (
        <Buttons {...props} step={step} onPay={submit} />
      )}
    </Dialog>
  );
}
