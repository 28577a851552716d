import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOver, type JobRequest, type SandboxJob } from './job';
import { openJournal, readJournal } from './journal';

const keepMs = 3 * 24 * 3600 * 1000;

export interface JobStore {
  /** Durable when it resolves. The same reference returns the first job, whatever the rest says. */
  accept(request: JobRequest): Promise<{ job: SandboxJob; isNew: boolean }>;
  /** Applies a change to a job that isn't over; returns the job as it is then. */
  change(id: string, change: Partial<SandboxJob>): Promise<SandboxJob>;
  calledBack(id: string): Promise<void>;
  byId(id: string): SandboxJob | undefined;
  byReference(reference: string): SandboxJob | undefined;
  all(): readonly SandboxJob[];
  readInputs(job: SandboxJob): Promise<Buffer[]>;
  writeOutput(name: string, bytes: Buffer): Promise<void>;
  readOutput(name: string): Promise<Buffer>;
  close(): Promise<void>;
}

async function loadJobs(dataDir: string): Promise<Map<string, SandboxJob>> {
  const entries = await readJournal<SandboxJob>(join(dataDir, 'jobs.jsonl'));
  const jobs = new Map(entries.map((job) => [job.id, job]));
  for (const job of jobs.values()) {
    if (!isOver(job) || Date.now() - job.acceptedAt < keepMs) continue;
    jobs.delete(job.id);
    const files = [
      ...job.inputs.map((name) => join(dataDir, 'inputs', name)),
      ...job.outputs.map(({ name }) => join(dataDir, 'outputs', name)),
    ];
    await Promise.all(files.map((file) => rm(file, { force: true })));
  }
  return jobs;
}

/** Opens (or makes) the folder a sandbox provider lives in. */
export async function openJobStore(dataDir: string): Promise<JobStore> {
  const inputsDir = join(dataDir, 'inputs');
  const outputsDir = join(dataDir, 'outputs');
  await Promise.all([inputsDir, outputsDir].map((dir) => mkdir(dir, { recursive: true })));
  const jobs = await loadJobs(dataDir);
  const journal = await openJournal(join(dataDir, 'jobs.jsonl'), [...jobs.values()]);
  const references = new Map<string, Promise<SandboxJob>>();
  for (const job of jobs.values()) references.set(job.request.reference, Promise.resolve(job));

  const put = async (job: SandboxJob): Promise<SandboxJob> => {
    jobs.set(job.id, job);
    await journal.append(job);
    return job;
  };
  const create = async ({ inputs, ...request }: JobRequest): Promise<SandboxJob> => {
    const id = randomUUID();
    const names = inputs.map((_, index) => `${id}-${index}`);
    for (const [index, input] of inputs.entries()) {
      await writeFile(join(inputsDir, `${id}-${index}`), Buffer.from(input.data, 'base64'));
    }
    return put({
      id,
      request,
      inputs: names,
      acceptedAt: Date.now(),
      status: 'queued',
      outputs: [],
      calledBack: request.callback_url === undefined,
    });
  };
  const mustHave = (id: string): SandboxJob => {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  };

  return {
    async accept(request) {
      // Concurrent submits of one reference wait for the first and get its job.
      const first = references.get(request.reference);
      if (first !== undefined) return { job: mustHave((await first).id), isNew: false };
      const created = create(request);
      references.set(request.reference, created);
      created.catch(() => references.delete(request.reference));
      return { job: await created, isNew: true };
    },
    async change(id, change) {
      const job = mustHave(id);
      return isOver(job) ? job : put({ ...job, ...change });
    },
    async calledBack(id) {
      await put({ ...mustHave(id), calledBack: true });
    },
    byId: (id) => jobs.get(id),
    byReference: (reference) =>
      [...jobs.values()].find((job) => job.request.reference === reference),
    all: () => [...jobs.values()],
    readInputs: (job) => Promise.all(job.inputs.map((name) => readFile(join(inputsDir, name)))),
    async writeOutput(name, bytes) {
      // Renamed into place, so that a reader never sees half a file.
      await writeFile(join(outputsDir, `${name}.new`), bytes);
      await rename(join(outputsDir, `${name}.new`), join(outputsDir, name));
    },
    readOutput: (name) => readFile(join(outputsDir, name)),
    close: () => journal.close(),
  };
}
