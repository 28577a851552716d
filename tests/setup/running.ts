import type { Service } from '../../src/local/service';

interface Running {
  readonly home: string;
  readonly postgres: Service;
}

// Jest loads the set-up and the teardown apart from each other; only the global object is shared.
const holder = globalThis as { easelTestRun?: Running };

export function keepForTeardown(running: Running): void {
  holder.easelTestRun = running;
}

export function keptForTeardown(): Running | undefined {
  return holder.easelTestRun;
}
