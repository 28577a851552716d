/**
 * The frame every provider's stand-in is built on. A stand-in is an HTTP server of its own with the
 * provider's addresses, sign-in and answers; the pictures come from the sandbox's art. The frame
 * brings what is alike: jobs that survive a restart, faults on demand, counted submits, callbacks.
 *
 * A stand-in is a `StandInDefinition` and a `start...` that hands it to `startStandIn`. Beside the
 * provider's own addresses every stand-in has, without a sign-in:
 *   POST|GET|DELETE /faults   faults on demand, see ../../provider/faults.ts;
 *   GET /jobs?about=TEXT      the jobs whose reference or prompt has the text, and how many submits
 *                             asked for one since the start;
 *   GET /calls                every call to the provider's addresses since the start, as "GET /path";
 *   GET /health.
 */
import { createFaults, type Faults } from '../../provider/faults';
import type { CallbackStyle } from '../../provider/callbacks';
import type { SandboxJob } from '../../provider/job';
import { openJobStore, type JobStore } from '../../provider/job-store';
import type { Made } from '../../provider/make';
import { createRunner, type Runner } from '../../provider/runner';
import type { WorkOptions } from '../../provider/work';
import { controlRoutes, createTally, type Tally } from './control-routes';
import { createStep, type Refusal, type Step } from './fault-step';
import {
  serve,
  type Answer,
  type Call,
  type Route,
  type Served,
  type ServeOptions,
} from './http-server';

/** What a stand-in's routes work with. */
export interface Frame {
  readonly store: JobStore;
  readonly runner: Runner;
  readonly faults: Faults;
  readonly step: Step;
  readonly tally: Tally;
  /** The first output of a job that has one. */
  firstOutput(job: SandboxJob): Promise<Made | undefined>;
}

export interface StandInDefinition {
  /** Looks at the credentials of each call to the provider's addresses; its answer is the refusal. */
  authorize(call: Call): Answer | undefined;
  readonly refusal: Refusal;
  readonly problem: ServeOptions['problem'];
  /** How it calls back, if it does. */
  readonly callbacks?: CallbackStyle;
  routes(frame: Frame): readonly Route[];
}

export interface StandInOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Jobs, inputs and outputs live here; a restart goes on with what was open. */
  readonly dataDir: string;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** 1 is the usual pace: about 2 s for an image and 4 s for a video; 10 is ten times as fast. */
  readonly speed?: number;
  /** The first wait before a callback is repeated. */
  readonly callbackRetryMs?: number;
  /** Who paints; the art unless told. */
  readonly make?: WorkOptions['make'];
}

async function firstOutput(store: JobStore, job: SandboxJob): Promise<Made | undefined> {
  const [output] = job.outputs;
  if (output === undefined) return undefined;
  return {
    mediaType: output.mediaType as Made['mediaType'],
    bytes: await store.readOutput(output.name),
  };
}

export async function startStandIn(
  definition: StandInDefinition,
  options: StandInOptions,
): Promise<Served> {
  const faults = createFaults();
  const tally = createTally();
  const store = await openJobStore(options.dataDir);
  const runner = createRunner({
    store,
    faults,
    speed: options.speed ?? 1,
    make: options.make,
    callbacks: definition.callbacks,
    callbackRetryMs: options.callbackRetryMs ?? 1_000,
  });
  const control = controlRoutes({ store, faults, tally });
  const own = definition.routes({
    store,
    runner,
    faults,
    tally,
    step: createStep(faults, definition.refusal),
    firstOutput: (job) => firstOutput(store, job),
  });

  const served = await serve({
    port: options.port,
    host: options.host,
    routes: [...control, ...own],
    guard(call) {
      if (control.some((route) => route.path.test(call.path))) return undefined;
      tally.called(call);
      return definition.authorize(call);
    },
    problem: definition.problem,
  });
  for (const job of store.all()) runner.start(job);
  return {
    ...served,
    async close() {
      await served.close();
      await runner.close();
      await store.close();
    },
  };
}
