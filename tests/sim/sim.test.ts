import { say } from '../../src/local/progress';
import { simulate } from './simulation';
import { foundTown, type Town } from './town';

/** `npm run sim -- --seed N --seeds COUNT` sets these; without it the same few run with every test. */
const firstSeed = Number(process.env['EASEL_SIM_SEED'] ?? 1);
const seeds = Number(process.env['EASEL_SIM_SEEDS'] ?? 20);
/** A new town now and then: what the old ones remember makes them slow. */
const seedsPerTown = 25;
const isByCommand = process.env['EASEL_SIM_SEEDS'] !== undefined;

const blocks = Array.from({ length: Math.ceil(seeds / seedsPerTown) }, (_, block) => {
  const first = firstSeed + block * seedsPerTown;
  return { first, count: Math.min(seedsPerTown, firstSeed + seeds - first) };
});

let town: Town;
beforeEach(async () => {
  town = await foundTown();
}, 120_000);
afterEach(() => town.close(), 60_000);

test.each(blocks)(
  'no money is lost or doubled, whatever happens to it (seeds from $first, $count of them)',
  async ({ first, count }) => {
    const failures: string[] = [];
    const deeds = new Map<string, number>();
    const startedAt = Date.now();
    let payments = 0;
    for (let seed = first; seed < first + count; seed += 1) {
      const verdict = await simulate(town, seed);
      payments += verdict.payments;
      for (const [name, times] of verdict.deeds) deeds.set(name, (deeds.get(name) ?? 0) + times);
      if (verdict.findings.length === 0) continue;
      failures.push(`npm run sim -- --seed ${seed}\n  ${verdict.findings.join('\n  ')}`);
    }
    if (isByCommand) {
      const done = [...deeds].map(([name, times]) => `${name} ${times}`).join(', ');
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      say(`${count} seeds from ${first} in ${seconds} s: ${payments} payments; ${done}`);
    }
    expect(failures).toEqual([]);
    expect(payments).toBeGreaterThan(0);
  },
  600_000,
);
