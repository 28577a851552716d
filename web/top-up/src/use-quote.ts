import { useEffect, useState } from 'react';
import type { ShopApi } from './api';
import { amountOf } from './purchase';
import type { Offer, Shelf } from './types';

interface QuoteQuestion {
  api: ShopApi;
  shelf: Shelf | undefined;
  typed: string;
  /** Another code, another price. */
  promo: string | null;
}

/** While a person types, prices are not asked for. */
const pauseMs = 250;

/** The price of what is typed: `none` when it is not sold, undefined while nobody knows. */
export function useQuote({ api, shelf, typed, promo }: QuoteQuestion): Offer | 'none' | undefined {
  const tokens = amountOf(typed);
  const question = [shelf?.system, shelf?.currency, tokens, promo].join();
  const [known, setKnown] = useState<{ question: string; answer: Offer | 'none' }>();
  const { system, currency } = shelf ?? {};

  useEffect(() => {
    if (system === undefined || currency === undefined || tokens === undefined) return undefined;
    let isWanted = true;
    const timer = window.setTimeout(() => {
      const keep = (answer: Offer | 'none'): void => {
        if (isWanted) setKnown({ question, answer });
      };
      api.quote({ system, currency, tokens }).then(keep, () => {
        keep('none');
      });
    }, pauseMs);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
    };
  }, [api, system, currency, tokens, question]);

  if (typed === '') return undefined;
  if (tokens === undefined) return 'none';
  return known?.question === question ? known.answer : undefined;
}
