/** What the commands share that run stand-ins by themselves: a row of ports, a choice, Ctrl-C. */

/** A stand-in that runs, and the settings that point Easel at it. */
export interface Played {
  readonly id: string;
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export function firstPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_500) return port;
  throw new Error('--port must be a number from 1 to 65500: the first of a row');
}

/** The words of a list; undefined when there is none. Refuses words that are not known. */
export function chosenOf(
  known: readonly string[],
  text: string | undefined,
): readonly string[] | undefined {
  const chosen = text?.split(',').map((id) => id.trim());
  const stranger = chosen?.find((id) => !known.includes(id));
  if (stranger === undefined) return chosen;
  throw new Error(`--only knows ${known.join(', ')}, not ${stranger}`);
}

/** Starts all that are wanted. None is left running when one cannot be started. */
export async function startTogether<T extends { close(): Promise<void> }>(
  starts: readonly Promise<T>[],
): Promise<T[]> {
  const started = await Promise.allSettled(starts);
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = started.find((one) => one.status === 'rejected');
  if (failure === undefined) return running;
  await Promise.all(running.map((one) => one.close()));
  throw failure.reason;
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'A port is in use: give the first of others with --port' : message;
}

/** Runs them until Ctrl-C. `words` introduces what was started. */
export async function runUntilStopped(
  start: () => Promise<readonly Played[]>,
  words: (running: readonly Played[]) => string,
): Promise<void> {
  let running: readonly Played[];
  try {
    running = await start();
  } catch (error) {
    process.stderr.write(`${whyNot(error)}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(words(running));
  const stop = (): void => {
    void Promise.all(running.map((one) => one.close())).then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
