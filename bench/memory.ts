/** Memory of a worker with 1,000 and 10,000 generations open at a provider. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseSettings } from '../src/config/settings';
import { createLogger } from '../src/observability/logger';
import { createParts } from '../src/roles/parts';
import { startChild, type Child } from './child';
import { inFlight, round, type Figures } from './measure';
import { makePeople, placeOrder } from './people';
import { withServers, type Servers } from './stage';

const steps = [1_000, 10_000] as const;

export function memory(): Promise<Figures> {
  return withServers(measure);
}

async function measure(servers: Servers): Promise<Figures> {
  const worker = startChild('memory-worker.ts', servers.env);
  const parts = createParts(parseSettings(servers.env), createLogger('error'));
  try {
    await worker.hear('ready');
    const people = await makePeople(parts, 100);
    const figures: Figures = { rss_idle: await megabytes(worker) };
    let open = 0;
    for (const wanted of steps) {
      const more = Array.from({ length: wanted - open }, (_, i) => i);
      await inFlight(more, 64, async (i) => {
        const person = people[i % people.length];
        if (person === undefined) return;
        await parts.engine.startGeneration(await placeOrder(parts, person));
      });
      open = wanted;
      await untilSubmitted(parts, wanted);
      figures[`rss_${wanted}_open`] = await megabytes(worker);
    }
    return figures;
  } finally {
    await worker.stop();
    await parts.close();
  }
}

async function megabytes(worker: Child) {
  const heard = worker.hear('memory');
  worker.tell('measure');
  return { value: round(Number((await heard)['rss']) / 1e6, 0), unit: 'MB' };
}

async function untilSubmitted(parts: ReturnType<typeof createParts>, wanted: number) {
  for (;;) {
    const done = await parts.database.generation.count({ where: { submission: 'accepted' } });
    if (done >= wanted) return;
    await sleep(1000);
  }
}
