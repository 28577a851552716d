/** A worker whose provider never finishes, for the memory benchmark. */
import { openStage } from './stage';

async function main(): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const stage = await openStage(env);
  stage.provider.polls = Number.POSITIVE_INFINITY;
  process.on('message', ({ name }: { name: string }) => {
    if (name === 'measure') {
      process.send?.({ name: 'memory', rss: process.memoryUsage().rss });
    }
  });
  process.send?.({ name: 'ready' });
  process.once('SIGTERM', () => {
    void stage.stop().then(() => process.exit(0));
  });
}

void main();
