/** What admins type after /card. */
import { bankReferenceOf } from '../domain/card-request';
import { moneyOf, type Currency } from '../domain/money';
import type { CardVerb } from '../telegram/desk-keyboards';

/** As long as a reason may be in the audit. */
const WORDS_MAX = 500;

export type CardCommand =
  | {
      readonly verb: 'confirm';
      readonly reference: string;
      readonly amount: string;
      readonly bankReference: string;
    }
  | { readonly verb: 'reject' | 'say'; readonly reference: string; readonly words: string };

/** Reads `confirm REF AMOUNT BANKREF`, `reject REF why` or `say REF words`; undefined for anything else. */
export function readCardCommand(argument: string): CardCommand | undefined {
  const match = /^(confirm|reject|say)\s+(\S+)\s+([\s\S]+)$/.exec(argument);
  if (match === null) return undefined;
  const [, verb, typed = '', rest = ''] = match;
  const reference = typed.toUpperCase();
  return verb === undefined ? undefined : readCardWords(verb as CardVerb, reference, rest);
}

/** The same without the command: what an admin answers to a pressed button. */
export function readCardWords(
  verb: CardVerb,
  reference: string,
  text: string,
): CardCommand | undefined {
  const words = text.trim();
  if (verb === 'confirm') return readTransfer(reference, words);
  return words === '' || words.length > WORDS_MAX ? undefined : { verb, reference, words };
}

function readTransfer(reference: string, text: string): CardCommand | undefined {
  const match = /^(\d+(?:[.,]\d+)?)\s+(\S+)$/.exec(text);
  const bankReference = bankReferenceOf(match?.[2] ?? '');
  if (match?.[1] === undefined || bankReference === undefined) return undefined;
  return { verb: 'confirm', reference, amount: match[1].replace(',', '.'), bankReference };
}

/** The typed amount in minor units; undefined for nothing and for what is finer than a coin. */
export function typedAmount(amount: string, currency: Currency): bigint | undefined {
  const minor = moneyOf(amount, currency)?.amountMinor;
  return minor === 0n ? undefined : minor;
}
