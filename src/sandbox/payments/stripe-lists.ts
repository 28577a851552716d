/** Reading at Stripe: one object or a list, with the fields that are to be expanded. */
import type { Table } from '../journal';
import type { StandInAnswer } from './frame/stand-in';
import { known, type StripeBooks } from './stripe-books';
import { errorBody, nested } from './stripe-forms';

interface Row {
  readonly id: string;
  readonly created: number;
}

type Fields = Readonly<Record<string, unknown>>;

const pageSizeMax = 100;

/** The collections by the last part of their address. */
export function collectionsOf(
  books: StripeBooks,
): Readonly<Record<string, Pick<Table<Row>, 'get' | 'values'>>> {
  const { sessions, intents, charges, balances, refunds, disputes, events } = books;
  return {
    sessions,
    payment_intents: intents,
    charges,
    balance_transactions: balances,
    refunds,
    disputes,
    events,
  };
}

const tableOfField: Readonly<Record<string, string>> = {
  payment_intent: 'payment_intents',
  latest_charge: 'charges',
  charge: 'charges',
  balance_transaction: 'balance_transactions',
};

/** Puts an object in the place of its id, along a path such as "payment_intent.latest_charge". */
function expanded(books: StripeBooks, row: unknown, path: readonly string[]): unknown {
  const [field, ...rest] = path;
  if (field === undefined || typeof row !== 'object' || row === null) return row;
  const fields = row as Fields;
  const value = fields[field];
  const table = collectionsOf(books)[tableOfField[field] ?? ''];
  const whole = typeof value === 'string' && table ? table.get(value) : value;
  return { ...fields, [field]: expanded(books, whole, rest) };
}

function pathsOf(query: Fields): readonly (readonly string[])[] {
  return Object.values((query['expand'] ?? {}) as Fields).map((path) => String(path).split('.'));
}

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  gte: (one, other) => one >= other,
  gt: (one, other) => one > other,
  lte: (one, other) => one <= other,
  lt: (one, other) => one < other,
};

const notFilters = new Set(['limit', 'starting_after', 'expand']);

function fits(row: Row, query: Fields): boolean {
  return Object.entries(query).every(([name, wanted]) => {
    if (notFilters.has(name)) return true;
    const value = (row as unknown as Fields)[name];
    if (typeof wanted === 'string') return String(value) === wanted;
    return Object.entries(wanted as Fields).every(
      ([comparison, limit]) => comparisons[comparison]?.(Number(value), Number(limit)) ?? false,
    );
  });
}

/** Newest first, after the object a page ended with. */
export function listed(books: StripeBooks, name: string, search: URLSearchParams): StandInAnswer {
  const query = nested(search);
  const limit = Number(query['limit'] ?? '10');
  if (!(limit >= 1 && limit <= pageSizeMax)) {
    return { status: 400, body: errorBody(400, { message: 'limit is 1-100', param: 'limit' }) };
  }
  const rows = [...(collectionsOf(books)[name]?.values() ?? [])];
  const found = rows.filter((row) => fits(row, query)).reverse();
  const after = query['starting_after'];
  const start = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1;
  const paths = pathsOf(query).filter(([first]) => first === 'data');
  const data = found
    .slice(start, start + limit)
    .map((row) => paths.reduce<unknown>((one, path) => expanded(books, one, path.slice(1)), row));
  const isMore = start + limit < found.length;
  return { status: 200, body: { object: 'list', url: `/v1/${name}`, has_more: isMore, data } };
}

export function single(
  books: StripeBooks,
  table: Pick<Table<Row>, 'get'>,
  asked: { readonly id: string; readonly search: URLSearchParams },
): StandInAnswer {
  const paths = pathsOf(nested(asked.search));
  const row: unknown = known(table, asked.id);
  return { status: 200, body: paths.reduce((one, path) => expanded(books, one, path), row) };
}
