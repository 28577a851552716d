/** What admins type after /promo. */
import { promoBounds, promoCodeOf, type PromoKind, type PromoTerms } from '../domain/promo';

export interface NewPromoCommand extends PromoTerms {
  readonly code: string;
  readonly reason: string;
}

const kinds: Readonly<Record<string, PromoKind>> = {
  off: 'percent_off',
  extra: 'percent_extra',
  tokens: 'tokens',
};

const dayMs = 86_400_000;

/**
 * Reads `CODE off|extra|tokens VALUE [max=N] [each=N] [until=YYYY-MM-DD] reason`; undefined when it is
 * not that. A code works to the end of its last day, UTC.
 */
export function readNewPromo(argument: string): NewPromoCommand | undefined {
  const match = /^(\S+)\s+(off|extra|tokens)\s+([1-9]\d{0,8})\s+([\s\S]+)$/.exec(argument);
  if (match === null) return undefined;
  const [, typed = '', word = '', digits = '', rest = ''] = match;
  const code = promoCodeOf(typed);
  const worth = worthOf(word, BigInt(digits));
  const conditions = readConditions(rest);
  if (code === undefined || worth === undefined || conditions === undefined) return undefined;
  return reserved.has(code) ? undefined : { code, ...worth, ...conditions };
}

function worthOf(word: string, value: bigint): Pick<PromoTerms, 'kind' | 'value'> | undefined {
  const kind = kinds[word];
  if (kind === undefined) return undefined;
  const { least, most } = promoBounds[kind];
  return value < least || value > most ? undefined : { kind, value };
}

/** Words that follow /promo and mean something else. */
export const promoWords = ['new', 'list', 'on', 'off'] as const;
const reserved = new Set<string>(promoWords.map((word) => word.toUpperCase()));

type Conditions = Omit<NewPromoCommand, 'code' | 'kind' | 'value'>;

function readConditions(text: string): Conditions | undefined {
  const words = text.split(/\s+/);
  const given = new Map<string, string>();
  for (let [name, value] = pair(words[0]); value !== undefined; [name, value] = pair(words[0])) {
    given.set(name, value);
    words.shift();
  }
  const reason = words.join(' ');
  const limitOverall = limitOf(given.get('max'));
  const limitPerPerson = limitOf(given.get('each'));
  const expiresAt = endOfDay(given.get('until'));
  const isWrong = [limitOverall, limitPerPerson, expiresAt].includes('wrong');
  if (isWrong || reason === '' || reason.length > 500) return undefined;
  return {
    limitOverall: limitOverall as number | null,
    limitPerPerson: (limitPerPerson as number | null) ?? 1,
    expiresAt: expiresAt as Date | null,
    reason,
  };
}

function pair(word = ''): [name: string, value: string | undefined] {
  const match = /^(max|each|until)=(\S+)$/.exec(word);
  return [match?.[1] ?? '', match?.[2]];
}

function limitOf(text: string | undefined): number | null | 'wrong' {
  if (text === undefined) return null;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 'wrong';
}

function endOfDay(text: string | undefined): Date | null | 'wrong' {
  if (text === undefined) return null;
  const midnight = Date.parse(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(midnight);
  return isDay ? new Date(midnight + dayMs) : 'wrong';
}
