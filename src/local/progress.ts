/** Seconds since `startedAt` (a `performance.now()` value), as a person reads them. */
export function since(startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1000;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says what was done and how long it took. For quick work: nothing is said before it ends. */
export async function timed<T>(done: (result: T) => string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  say(`✓ ${done(result)} (${since(startedAt)})`);
  return result;
}
