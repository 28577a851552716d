import { useCallback, useEffect, useRef, useState } from 'react';
import { Refusal, type ShopApi } from './api';
import { isOver, nextLookMs } from './purchase';
import type { Payment } from './types';

export interface Followed {
  payment: Payment | undefined;
  /** Why it cannot be followed any more. */
  lost: unknown;
  lookNow(): void;
}

/** Asks how a payment stands until it is over; at once when the person comes back to the page. */
export function usePayment(api: ShopApi, id: string): Followed {
  const [payment, setPayment] = useState<Payment>();
  const [lost, setLost] = useState<unknown>();
  const look = useRef<() => void>(() => undefined);

  useEffect(() => {
    let isWanted = true;
    let timer = 0;
    let looks = 0;
    const later = (): void => {
      looks += 1;
      timer = window.setTimeout(ask, nextLookMs(looks));
    };
    const ask = (): void => {
      window.clearTimeout(timer);
      api.payment(id).then(
        (seen) => {
          if (!isWanted) return;
          window.clearTimeout(timer);
          setPayment(seen);
          if (!isOver(seen.standing)) later();
        },
        (error: unknown) => {
          if (!isWanted) return;
          window.clearTimeout(timer);
          // Without a session or a payment no repeat helps; anything else passes.
          if (error instanceof Refusal && [401, 403, 404].includes(error.status)) setLost(error);
          else later();
        },
      );
    };
    const askAnew = (): void => {
      looks = 0;
      if (document.visibilityState === 'visible') ask();
    };
    look.current = askAnew;
    ask();
    document.addEventListener('visibilitychange', askAnew);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', askAnew);
    };
  }, [api, id]);

  const lookNow = useCallback(() => {
    look.current();
  }, []);
  return { payment, lost, lookNow };
}
