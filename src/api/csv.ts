/** CSV as RFC 4180 wants it, for spreadsheets that run what looks like a formula. */

export type CsvValue = string | bigint | Date | null;

/** One line with its end. Text that a spreadsheet would run is shown with an apostrophe before it. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: CsvValue): string {
  if (value === null) return '';
  // A number of ours may begin with a minus and is no formula.
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  const harmless = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A header and a line for each row, one after the other. */
export async function* csvOf<T>(
  rows: AsyncIterable<T>,
  columns: Readonly<Record<string, (row: T) => CsvValue>>,
): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns));
  for await (const row of rows) {
    yield csvLine(Object.values(columns).map((column) => column(row)));
  }
}
