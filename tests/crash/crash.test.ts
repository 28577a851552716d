import { say } from '../../src/local/progress';
import { waitUntil } from '../../src/local/waiting';
import { createChance } from './chance';
import { judge } from './judge';
import { live, meetPeople, type Deeds } from './people';
import { report } from './report';
import { takeSnapshot, untilQuiet } from './snapshot';
import { createWeather, storm, type Kill } from './storm';
import { foundTown, victims, type Town, type Victim } from './town';

const seed = Number(process.env['EASEL_CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
/** Short enough for every run of the tests; `npm run crash -- --minutes N` takes its time. */
const stormMs = Number(process.env['EASEL_CRASH_MINUTES'] ?? 0.2) * 60_000;
const quietPatienceMs = 180_000;
const calmPatienceMs = 20_000;
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
  `whatever is killed, everything ends rightly (npm run crash -- --seed ${seed})`,
  async () => {
    const deeds: Deeds = { orders: 0, cancels: 0, payments: 0, refunds: 0, lost: [] };
    const people = await meetPeople(town, peopleCount);
    let isOver = false;
    const lives = people.map((person) =>
      live(town, person, { chance: chance.fork(), deeds, until: () => isOver }),
    );
    // The first to die dies in the middle of work.
    await waitUntil(() => deeds.orders + deeds.payments >= peopleCount, calmPatienceMs);
    isStorm = true;
    await storm(town, { chance: chance.fork(), kills, lastsMs: stormMs });
    isStorm = false;
    isOver = true;
    const endedAt = Date.now();
    await Promise.all(lives);

    const left = await untilQuiet(town, quietPatienceMs);
    if (left !== undefined) throw new Error(`It did not become quiet: ${left}\n${town.logs()}`);
    const deaths = kills.filter(({ victim }) => messengers.includes(victim)).map(({ at }) => at);
    const snapshot = await takeSnapshot(town, people, deaths);
    say(report(snapshot, { seed, kills, deeds, quietMs: Date.now() - endedAt }));
    expect(judge(snapshot)).toEqual([]);
    // Some orders only came late, because the bot kept dying.
    const known = new Set(snapshot.generations.map(({ id }) => id));
    expect(deeds.lost.filter((id) => !known.has(id))).toEqual([]);
    // A calm that comes of nothing having happened would prove nothing.
    expect(new Set(kills.map(({ victim }) => victim)).size).toBe(victims.length);
    expect(snapshot.generations.length).toBeGreaterThan(0);
  },
  600_000 + 2 * stormMs,
);
