/** A part of Easel in a process of its own, so that load and measurement do not share its time. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export interface Child {
  /** Resolves with the next message of that name. */
  hear(name: string): Promise<Record<string, unknown>>;
  tell(name: string): void;
  stop(): Promise<void>;
}

export function startChild(script: string, env: Record<string, string>): Child {
  const child: ChildProcess = fork(path.join(__dirname, script), {
    env: { ...process.env, ...env },
    execArgv: ['--import', 'tsx'],
  });
  return {
    hear: (name) =>
      new Promise((resolve, reject) => {
        const listen = (message: Record<string, unknown>) => {
          if (message['name'] !== name) return;
          child.off('message', listen).off('exit', fail);
          resolve(message);
        };
        const fail = () => {
          reject(new Error(`${script} ended before it said "${name}"`));
        };
        child.on('message', listen).once('exit', fail);
      }),
    tell: (name) => {
      child.send({ name });
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
