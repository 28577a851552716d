/** `npm run bench [-- NAME] [--json FILE]`: one benchmark or all; prints a table. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { history } from './history';
import { ledger } from './ledger';
import type { Figures } from './measure';
import { memory } from './memory';
import { overhead } from './overhead';
import { payments } from './payments';
import { throughput } from './throughput';
import { webhook } from './webhook';

const benches: Record<string, () => Promise<Figures>> = {
  history,
  overhead,
  throughput,
  webhook,
  payments,
  memory,
  ledger,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' } },
    allowPositionals: true,
  });
  const names = positionals.length === 0 ? Object.keys(benches) : positionals;
  const all: Figures = {};
  for (const name of names) {
    const bench = benches[name];
    if (bench === undefined) {
      throw new Error(`No benchmark "${name}". There are: ${Object.keys(benches).join(', ')}.`);
    }
    Object.assign(all, await bench());
  }
  console.table(all);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
