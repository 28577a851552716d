/**
 * Comes to a moment and holds it: `arrived` resolves when it is there, for as long as it takes to kill.
 * Nothing here waits for a time to pass.
 */
import { Client as PostgresClient } from 'pg';
import { waitUntil } from '../../src/local/waiting';
import type { Exchange } from '../crash/relay';
import type { Moment } from './cases';
import type { Ordered } from './order';
import type { Family, Town } from './town';

export interface Scene {
  readonly town: Town;
  readonly family: Family;
  readonly ordered: Ordered;
  readonly answersAtOnce: boolean;
}

/** Lets the world go on, once the worker is dead. */
export type GoOn = () => Promise<void>;

const patienceMs = 60_000;
/** The least that an adapter waits for the answer to a submit is twice as long. */
const submitPatienceMs = 15_000;

/** Set before the order is placed; what it returns waits for the moment. */
export function reach(moment: Moment, scene: Scene): Promise<GoOn> {
  return ways[moment](scene);
}

const ways: Readonly<Record<Moment, (scene: Scene) => Promise<GoOn>>> = {
  submit: (scene) => heldAnswer(scene, 'submit'),
  poll: (scene) => (scene.answersAtOnce ? stillMaking(scene) : heldAnswer(scene, 'poll')),
  store: beforeStoring,
  deliver: afterSending,
};

/** The first paid call of a job, a question about it, or the answer that brings its result. */
type Role = 'submit' | 'poll' | 'result' | 'other';

/** What an exchange was is told by the stand-in's count, so that no address need be known here. */
function createReader({ family, ordered, answersAtOnce }: Scene) {
  let isSubmitted = false;
  return async ({ status, received }: Exchange): Promise<readonly Role[]> => {
    if (isSubmitted) return isMedia(received) && status === 200 ? ['result'] : ['poll'];
    const { submits } = await family.standIn.stats(ordered.word);
    if (submits === 0) return ['other'];
    isSubmitted = true;
    return answersAtOnce ? ['submit', 'result'] : ['submit'];
  };
}

function isMedia(bytes: Buffer): boolean {
  const isJpeg = bytes.subarray(0, 2).toString('hex') === 'ffd8';
  return isJpeg || bytes.subarray(4, 8).toString('latin1') === 'ftyp';
}

/** A door that is shut in front of one answer and opened by the test. */
function createDoor() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Resolves when the provider's answer with that role is here; the worker gets it at `letGo`. */
function catchAnswer(scene: Scene, role: Role): Promise<{ letGo(): void }> {
  const read = createReader(scene);
  const door = createDoor();
  return new Promise((resolve, reject) => {
    const see = async (exchange: Exchange): Promise<void> => {
      const roles = await read(exchange);
      if (roles.includes(role)) {
        resolve({ letGo: door.open });
        await door.opened;
      } else if (roles.includes('submit')) {
        await untilMade(scene);
      }
    };
    scene.family.watch((exchange) => see(exchange).catch(reject));
  });
}

async function heldAnswer(scene: Scene, role: Role): Promise<GoOn> {
  const { letGo } = await catchAnswer(scene, role);
  return () => {
    scene.family.watch(undefined);
    letGo();
    return Promise.resolve();
  };
}

/** The provider works, and the call that will bring the result is open. */
async function stillMaking({ family, ordered }: Scene): Promise<GoOn> {
  await family.standIn.fault({ at: 'work', kind: 'slow', ms: patienceMs });
  await must('be submitted', async () => (await family.standIn.stats(ordered.word)).jobs === 1);
  return () => Promise.resolve();
}

/**
 * The worker has the result and waits for the row of the generation, which is locked here. What its
 * connection was about to write dies with it, as it would on a machine of its own.
 */
async function beforeStoring(scene: Scene): Promise<GoOn> {
  const { letGo } = await catchAnswer(scene, 'result');
  const { world } = scene.town;
  const { id, personId } = scene.ordered.generation;
  const lock = new PostgresClient({ connectionString: world.url });
  await lock.connect();
  const waiting = async (): Promise<readonly number[]> => {
    const { rows } = await lock.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))',
    );
    return rows.map(({ pid }) => pid);
  };
  try {
    await lock.query('BEGIN');
    await lock.query('SELECT 1 FROM generations WHERE id = $1 FOR NO KEY UPDATE', [id]);
    scene.family.watch(undefined);
    letGo();
    await must('bring its result', async () => {
      const files = await world.db.asset.count({ where: { personId, role: 'output' } });
      return files > 0 && (await waiting()).length > 0;
    });
  } catch (error) {
    await lock.end();
    throw error;
  }
  return async () => {
    const pids = await waiting();
    await lock.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [pids]);
    await lock.end();
  };
}

/** Telegram has the message, the worker not its answer. */
async function afterSending(scene: Scene): Promise<GoOn> {
  const { town, family } = scene;
  const door = createDoor();
  await new Promise<void>((resolve, reject) => {
    catchAnswer(scene, 'result').then(({ letGo }) => {
      letGo();
    }, reject);
    town.watchTelegram(async ({ path, status }) => {
      if (status !== 200 || !/\/send(Photo|Video|Document)$/.test(path)) return;
      resolve();
      await door.opened;
    });
  });
  return () => {
    town.watchTelegram(undefined);
    family.watch(undefined);
    door.open();
    return Promise.resolve();
  };
}

/**
 * The answer to the submit waits for it, so that the first question already brings the result; not for
 * longer than the worker does.
 */
async function untilMade({ family, ordered }: Scene): Promise<void> {
  const isMade = async (): Promise<boolean> => {
    const answer = await fetch(`${family.standIn.url}/jobs?about=${ordered.word}`);
    const { jobs } = (await answer.json()) as { jobs: { status: string }[] };
    return jobs.every(({ status }) => status !== 'queued' && status !== 'working');
  };
  await waitUntil(isMade, submitPatienceMs);
}

async function must(what: string, isSo: () => Promise<boolean>): Promise<void> {
  if (await waitUntil(isSo, patienceMs)) return;
  throw new Error(`the generation did not ${what}`);
}
