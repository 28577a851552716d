import { z } from 'zod';
import { faultSchema, type Faults, type FaultSubject } from '../../provider/faults';
import type { JobStore } from '../../provider/job-store';
import { json, jsonBody, type Call, type Route } from './http-server';

// A stand-in may run for days beside `npm start`.
const keptMax = 10_000;

/** Counts what arrived since the start. */
export interface Tally {
  /** A submit that asked for a job, whatever became of it. */
  submitted(subject: FaultSubject): void;
  called(call: Call): void;
  submitsAbout(text: string): number;
  calls(): readonly string[];
}

const isAbout = ({ reference, prompt }: FaultSubject, text: string): boolean =>
  reference === text || prompt.includes(text);

export function createTally(): Tally {
  const submits: FaultSubject[] = [];
  const calls: string[] = [];
  const keep = <T>(list: T[], entry: T): void => {
    list.push(entry);
    if (list.length > keptMax) list.shift();
  };
  return {
    submitted: ({ reference, model, prompt }) => keep(submits, { reference, model, prompt }),
    called: ({ method, path }) => keep(calls, `${method} ${path}`),
    submitsAbout: (text) => submits.filter((each) => isAbout(each, text)).length,
    calls: () => calls,
  };
}

interface ControlDeps {
  readonly store: JobStore;
  readonly faults: Faults;
  readonly tally: Tally;
}

/** What a test or a person steers a stand-in with; stand-in.ts lists it. */
export function controlRoutes({ store, faults, tally }: ControlDeps): readonly Route[] {
  const list = () => json({ faults: faults.list() });
  return [
    {
      method: 'POST',
      path: /^\/faults$/,
      async answer(call) {
        const parsed = z.array(faultSchema).safeParse(jsonBody(call));
        if (!parsed.success) return json({ error: z.prettifyError(parsed.error) }, 400);
        faults.add(parsed.data);
        return list();
      },
    },
    { method: 'GET', path: /^\/faults$/, answer: async () => list() },
    {
      method: 'DELETE',
      path: /^\/faults$/,
      async answer() {
        faults.clear();
        return list();
      },
    },
    {
      method: 'GET',
      path: /^\/jobs$/,
      async answer({ query }) {
        const about = query.get('about') ?? '';
        const jobs = store.all().filter(({ request }) => isAbout(request, about));
        return json({
          submits: tally.submitsAbout(about),
          jobs: jobs.map(({ id, status, request: { reference, model, prompt } }) => ({
            id,
            status,
            reference,
            model,
            prompt,
          })),
        });
      },
    },
    { method: 'GET', path: /^\/calls$/, answer: async () => json({ calls: tally.calls() }) },
    { method: 'GET', path: /^\/health$/, answer: async () => json({ status: 'ok' }) },
  ];
}
