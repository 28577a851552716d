/** Requests as the world sends them: over kept connections, at a rate of its own. */
import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Post {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Line {
  /** Resolves with the status of the answer. */
  call(post: Post): Promise<number | undefined>;
  close(): void;
}

/** To a server on this machine. */
export function openLine(port: string | undefined): Line {
  const agent = new Agent({ keepAlive: true });
  const to = { host: '127.0.0.1', port, agent };
  return {
    call: ({ method = 'POST', path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const sent = request({ ...to, method, path, headers }, (answer) => {
          answer.resume();
          answer.once('end', () => {
            resolve(answer.statusCode);
          });
        });
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => {
      agent.destroy();
    },
  };
}

export interface LoadTimes {
  /** Milliseconds from when each was due to its answer. */
  readonly times: number[];
  /** How many were not taken. */
  readonly refused: number;
}

/** Sends at a constant rate, whether or not the answers keep up. */
export async function load(
  post: (i: number) => Promise<boolean>,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<LoadTimes> {
  const times: number[] = [];
  let refused = 0;
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const due = began + (i * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    // Counted from when it was due: a late sender must not hide a slow server.
    pending.push(
      post(i)
        .catch(() => false)
        .then((ok) => {
          times.push(performance.now() - due);
          if (!ok) refused += 1;
        }),
    );
  }
  await Promise.all(pending);
  return { times, refused };
}
