/**
 * Tokens: the bot's integer currency.
 *
 * In memory a token amount is a branded bigint, on the wire (workflow payloads, HTTP, JSON columns)
 * a decimal string. A float never carries money here.
 */
declare const tokensBrand: unique symbol;

/** A whole number of tokens, never negative. */
export type Tokens = bigint & { readonly [tokensBrand]: true };

/** The wire form of a token amount: decimal digits, no sign, no leading zeros ("0", "25"). */
export type TokensText = string;

/** The largest amount one operation may move; keeps sums far inside Postgres' bigint. */
export const TOKENS_MAX = 1_000_000_000_000n;

/** Makes tokens of a bigint. Throws RangeError below zero or above {@link TOKENS_MAX}. */
export function tokens(amount: bigint): Tokens {
  if (amount < 0n || amount > TOKENS_MAX) {
    throw new RangeError(`A token amount must be between 0 and ${TOKENS_MAX}; got ${amount}`);
  }
  return amount as Tokens;
}

/** Reads the wire form. Throws RangeError on anything but plain decimal digits in range. */
export function parseTokens(text: TokensText): Tokens {
  if (!/^(0|[1-9]\d{0,12})$/.test(text)) {
    throw new RangeError('A token amount is written as decimal digits only, for example "25"');
  }
  return tokens(BigInt(text));
}

/** Writes the wire form. */
export function formatTokens(amount: Tokens): TokensText {
  return amount.toString();
}
