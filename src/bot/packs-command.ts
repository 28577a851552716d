/** What admins type after /packs. */
import { isCurrency, moneyOf, type Currency } from '../domain/money';
import { tokens, type Tokens } from '../domain/tokens';

interface Shelf {
  readonly system: string;
  readonly currency: Currency;
  readonly reason: string;
}

export type PacksCommand =
  | (Shelf & {
      readonly kind: 'pack';
      readonly packTokens: Tokens;
      readonly amountMinor?: bigint;
      readonly active: boolean;
    })
  | (Shelf & {
      readonly kind: 'custom';
      readonly leastTokens: Tokens;
      readonly mostTokens: Tokens;
      readonly active: boolean;
    });

/**
 * Reads `set SYSTEM CURRENCY TOKENS PRICE reason`, `on|off SYSTEM CURRENCY TOKENS reason` or
 * `custom SYSTEM CURRENCY LEAST MOST reason`; undefined when it is none of them.
 */
export function readPacksCommand(argument: string): PacksCommand | undefined {
  const [verb = '', system = '', code = '', first = '', ...rest] = argument.split(/\s+/);
  const currency = code.toUpperCase();
  const amount = tokensOf(first);
  if (!/^[a-z]{2,20}$/.test(system) || !isCurrency(currency) || amount === undefined)
    return undefined;
  const shelf = { system, currency };
  switch (verb) {
    case 'on':
    case 'off':
      return withReason(rest, (reason) => {
        return { kind: 'pack', ...shelf, packTokens: amount, active: verb === 'on', reason };
      });
    case 'set':
      return readPrice({ ...shelf, packTokens: amount }, rest);
    case 'custom':
      return readBounds({ ...shelf, leastTokens: amount }, rest);
    default:
      return undefined;
  }
}

function readPrice(
  pack: { system: string; currency: Currency; packTokens: Tokens },
  [price = '', ...rest]: readonly string[],
): PacksCommand | undefined {
  const money = moneyOf(price.replace(',', '.'), pack.currency);
  if (money === undefined || money.amountMinor === 0n) return undefined;
  const { amountMinor } = money;
  return withReason(rest, (reason) => ({
    kind: 'pack',
    ...pack,
    amountMinor,
    active: true,
    reason,
  }));
}

/** `off` instead of the upper bound switches named amounts off. */
function readBounds(
  shelf: { system: string; currency: Currency; leastTokens: Tokens },
  [upper = '', ...rest]: readonly string[],
): PacksCommand | undefined {
  const active = upper !== 'off';
  const mostTokens = active ? tokensOf(upper) : shelf.leastTokens;
  if (mostTokens === undefined || mostTokens < shelf.leastTokens) return undefined;
  return withReason(rest, (reason) => ({ kind: 'custom', ...shelf, mostTokens, active, reason }));
}

function withReason(
  words: readonly string[],
  make: (reason: string) => PacksCommand,
): PacksCommand | undefined {
  const reason = words.join(' ').trim();
  return reason === '' || reason.length > 500 ? undefined : make(reason);
}

function tokensOf(text: string): Tokens | undefined {
  return /^[1-9]\d{0,11}$/.test(text) ? tokens(BigInt(text)) : undefined;
}
