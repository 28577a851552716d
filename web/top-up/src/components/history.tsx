import { useEffect, useState, type ReactNode } from 'react';
import type { ShopApi } from '../api';
import type { Words } from '../texts';
import type { Payment } from '../types';

interface HistoryProps {
  api: ShopApi;
  words: Words;
  onOpen(paymentId: string): void;
}

export function History({ api, words, onOpen }: HistoryProps): ReactNode {
  const [payments, setPayments] = useState<readonly Payment[]>();
  useEffect(() => {
    let isWanted = true;
    api.payments().then(
      (found) => {
        if (isWanted) setPayments(found);
      },
      // The shop above tells of a lost connection; the history is not worth a second word.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [api]);
  if (!payments) return null;
  return (
    <section className="history">
      <h2>{words.history}</h2>
      {payments.length === 0 ? <p className="hint">{words.none}</p> : null}
      <ul>
        {payments.map(({ id, name, price, day, status }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => {
                onOpen(id);
              }}
            >
              <strong>{name}</strong>
              <span>{price}</span>
              <small>
                {day} · {status}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
