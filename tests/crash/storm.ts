/** What is done to Easel: kill -9 at random moments, and a network that loses calls and answers. */
import { pause } from '../../src/local/waiting';
import type { Chance } from './chance';
import type { Weather } from './relay';
import { troubleTill } from './tills';
import { victims, type Town, type Victim } from './town';

export interface Kill {
  readonly at: number;
  readonly victim: Victim;
}

/** How often each dies, in comparison. */
const weights: Readonly<Record<Victim, number>> = {
  Worker: 6,
  Bot: 5,
  API: 2,
  Sandbox: 2,
  Temporal: 2,
  Postgres: 2,
};

/** Kills now one, now another, each of them at least once. Whoever dies is started again. */
export async function storm(
  town: Town,
  { chance, kills, lastsMs }: { chance: Chance; kills: Kill[]; lastsMs: number },
): Promise<void> {
  const endsAt = Date.now() + lastsMs;
  const first = shuffled(victims, chance);
  const lottery = victims.flatMap((victim) => Array<Victim>(weights[victim]).fill(victim));
  while (Date.now() < endsAt || first.length > 0) {
    await pause(chance.between(500, 6_000));
    const victim = first.pop() ?? chance.pick(lottery) ?? 'Worker';
    if (town.kill(victim)) kills.push({ at: Date.now(), victim });
    else if (!kills.some((kill) => kill.victim === victim)) first.unshift(victim);
    if (chance.is(0.4)) await twistUpdates(town, chance);
    if (chance.is(0.6)) await troubleTill(town.tills, chance);
  }
}

/** Telegram repeats an update, or brings two in the wrong order. */
async function twistUpdates(town: Town, chance: Chance): Promise<void> {
  const kind = chance.pick(['duplicate', 'duplicate', 'reorder']);
  await fetch(`${town.telegramUrl}/faults`, {
    method: 'POST',
    body: JSON.stringify([{ method: 'update', kind, times: 2 }]),
    headers: { 'content-type': 'application/json' },
  }).catch(() => undefined);
}

/** Bad while `isStorm()`, fine before and after. */
export function createWeather(chance: Chance, isStorm: () => boolean) {
  return (path: string): Weather => {
    // A poll or a download has no effect to lose.
    if (!isStorm() || /getUpdates|\/file\//.test(path)) return 'fine';
    const luck = chance.next();
    if (luck < 0.04) return 'drop';
    return luck < 0.1 ? 'fail' : 'fine';
  };
}

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, order: chance.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
