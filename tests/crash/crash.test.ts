import { say } from '../../src/local/progress';
import { pause, waitUntil } from '../../src/local/waiting';
import { createChance, type Chance } from './chance';
import { judge } from './judge';
import { forge } from './forger';
import type { Deeds } from './nature';
import { holdOfficeHours } from './office';
import { live, meetPeople } from './people';
import { report } from './report';
import { lookAtPaid, runSchedule, takeSnapshot, untilQuiet } from './snapshot';
import { createWeather, storm, type Kill } from './storm';
import { closeTills, settlePending } from './tills';
import { foundTown, victims, type Town, type Victim } from './town';

const seed = Number(process.env['EASEL_CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
/** Short enough for every run of the tests; `npm run crash -- --minutes N` takes its time. */
const minutes = process.env['EASEL_CRASH_MINUTES'] ?? '0.2';
const stormMs = Number(minutes) * 60_000;
const quietPatienceMs = 240_000;
/** After the shortest invoice is over, when there is time for it. */
const lateMs = Math.min(65_000, stormMs);
const calmPatienceMs = 20_000;
/** The admin API takes 120 requests a minute. */
const officeEveryMs = 3_000;
const peopleCount = 8;

/** Those whose death may leave a sent message unrecorded. */
const messengers: readonly Victim[] = ['Worker', 'Sandbox', 'Postgres'];

const chance = createChance(seed);
const kills: Kill[] = [];
let isStorm = false;
let town: Town;

beforeAll(async () => {
  town = await foundTown({
    telegram: createWeather(chance.fork(), () => isStorm),
    provider: createWeather(chance.fork(), () => isStorm),
  });
}, 180_000);

afterAll(() => town.stop(), 60_000);

test(
  `whatever is killed, everything ends rightly (npm run crash -- --minutes ${minutes} --seed ${seed})`,
  async () => {
    const deeds = noDeeds();
    const people = await meetPeople(town, peopleCount);
    let isOver = false;
    const lives = people.map((person) =>
      live(town, person, { chance: chance.fork(), deeds, lateMs, until: () => isOver }),
    );
    lives.push(forge(town, { chance: chance.fork(), deeds, until: () => isOver }));
    lives.push(runOffice(town, { chance: chance.fork(), deeds, until: () => isOver }));
    // The first to die dies in the middle of work.
    await waitUntil(() => deeds.orders + deeds.payments >= peopleCount, calmPatienceMs);
    isStorm = true;
    await storm(town, { chance: chance.fork(), kills, lastsMs: stormMs });
    isStorm = false;
    isOver = true;
    const endedAt = Date.now();
    await Promise.all([...lives, ...deeds.late]);
    await calmDown(town, chance.fork(), deeds);
    const deaths = kills.filter(({ victim }) => messengers.includes(victim)).map(({ at }) => at);
    const snapshot = await takeSnapshot(town, people, { deaths, deeds });
    say(report(snapshot, { seed, kills, deeds, quietMs: Date.now() - endedAt }));
    expect(judge(snapshot)).toEqual([]);
    // Some orders only came late, because the bot kept dying.
    const known = new Set(snapshot.generations.map(({ id }) => id));
    expect(deeds.lost.filter((id) => !known.has(id))).toEqual([]);
    // A calm that comes of nothing having happened would prove nothing.
    expect(new Set(kills.map(({ victim }) => victim)).size).toBe(victims.length);
    expect(snapshot.generations.length).toBeGreaterThan(0);
  },
  900_000 + 2 * stormMs,
);

function noDeeds(): Deeds {
  return {
    orders: 0,
    cancels: 0,
    payments: 0,
    invoices: 0,
    refunds: 0,
    cabinetRefunds: 0,
    byHand: new Map(),
    late: [],
    forged: 0,
    forgedTaken: [],
    lost: [],
  };
}

/** Now and then an admin looks at what waits, also while everything dies. */
async function runOffice(
  there: Town,
  { chance: luck, deeds, until }: { chance: Chance; deeds: Deeds; until: () => boolean },
): Promise<void> {
  while (!until()) {
    await pause(luck.between(5_000, 15_000));
    await tidyUp(there, luck, deeds).catch(() => undefined);
  }
}

async function tidyUp(there: Town, luck: Chance, deeds: Deeds): Promise<void> {
  await settlePending(there.tills, luck);
  await holdOfficeHours(there, { chance: luck, deeds });
}

/** What webhooks did not bring, the hourly runs find; they are not waited for but made to run. */
async function calmDown(there: Town, luck: Chance, deeds: Deeds): Promise<void> {
  const settle = async (): Promise<void> => {
    let nextAt = 0;
    const meanwhile = async (): Promise<void> => {
      if (Date.now() < nextAt) return;
      nextAt = Date.now() + officeEveryMs;
      // Each time: a worker that lags behind opens invoices for people who have gone home.
      await closeTills(there.tills);
      await tidyUp(there, luck, deeds);
    };
    const left = await untilQuiet(there, quietPatienceMs, meanwhile);
    if (left !== undefined) throw new Error(`It did not become quiet: ${left}\n${there.logs()}`);
  };
  // What the bot died too often to start, for longer than Telegram brings a press again.
  await runSchedule(there, 'housekeeping', quietPatienceMs);
  await settle();
  for (const schedule of ['housekeeping', 'reconciliation']) {
    await runSchedule(there, schedule, quietPatienceMs);
  }
  await lookAtPaid(there);
  await settle();
}
