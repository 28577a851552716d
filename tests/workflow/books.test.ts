import { randomUUID } from 'node:crypto';
import { taskQueues, workflowTypes } from '../../src/workflows/contract';
import { refusal, Theatre, type Scene, type Script } from './harness';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(async () => {
  await theatre.close();
});

const head = { number: '3', chain: 'abc' };

function run(script: Script, type: string, input: unknown) {
  return theatre.play(script, async (scene: Scene) => {
    const workflowId = `${type}:${randomUUID()}`;
    const options = { workflowId, taskQueue: taskQueues.core, args: [input] };
    const result: unknown = await scene.env.client.workflow.execute(type, options);
    await theatre.record(workflowId);
    return { result, calls: scene.calls };
  });
}

const soundBooks: Script = {
  sealBooks: () => ({ head, broken: 0 }),
  auditRecent: () => 0,
  auditAll: () => 0,
  auditSeals: () => ({ broken: 0, next: null }),
};

describe('the audit', () => {
  test('of what is recent seals and looks at it, and remembers the newest seal', async () => {
    const { result, calls } = await run(soundBooks, workflowTypes.audit, 'recent');
    expect(result).toEqual({ head, broken: 0 });
    expect(calls).toEqual(['sealBooks', 'auditRecent']);
  });

  test('in full looks at every seal, page by page, and counts what is broken', async () => {
    const pages = [
      { broken: 1, next: '50' },
      { broken: 2, next: null },
    ];
    const script = { ...soundBooks, auditAll: () => 4, auditSeals: () => pages.shift() };
    const { result, calls } = await run(script, workflowTypes.audit, 'full');
    expect(result).toEqual({ head, broken: 7 });
    expect(calls.filter((call) => call === 'auditSeals')).toHaveLength(2);
  });
});

test('an audit that cannot look says so before it fails', async () => {
  const unwell: Script = {
    ...soundBooks,
    auditRecent: () => {
      throw refusal('NOT_FOUND');
    },
    noteUnaudited: () => undefined,
  };
  await theatre.play(unwell, async (scene: Scene) => {
    const options = { workflowId: `audit:${randomUUID()}`, taskQueue: taskQueues.core };
    const run = scene.env.client.workflow.execute(workflowTypes.audit, {
      ...options,
      args: ['recent'],
    });
    await expect(run).rejects.toThrow();
    expect(scene.calls).toEqual(['sealBooks', 'auditRecent', 'noteUnaudited']);
  });
});

test('the reconciliation reads the other systems although one cannot be read', async () => {
  const script: Script = {
    systemsToReconcile: () => ['stars', 'down', 'stripe'],
    reconcile: (system: string) => {
      if (system === 'down') throw refusal('PAYMENT_SYSTEM_REFUSED');
      return 1;
    },
    noteUnread: () => undefined,
  };
  const { result, calls } = await run(script, workflowTypes.reconciliation, { hours: 2 });
  expect(result).toEqual({
    findings: { stars: 1, down: null, stripe: 1 },
    readAt: { stars: expect.any(Number), stripe: expect.any(Number) },
  });
  expect(calls).toContain('noteUnread');
});

test('the reconciliation looks back to the last run that could read a system', async () => {
  const asked: Record<string, number[]> = { stars: [], stripe: [] };
  const script: Script = {
    systemsToReconcile: () => ['stars', 'stripe'],
    reconcile: (system: string, hours: number) => {
      const runs = asked[system]?.push(hours) ?? 0;
      if (system === 'stripe' && runs > 1 && runs < 6) throw refusal('PAYMENT_SYSTEM_REFUSED');
      return 0;
    },
    noteUnread: () => undefined,
  };
  await theatre.play(script, async ({ env }: Scene) => {
    const run = await env.client.workflow.start(workflowTypes.reconciliation, {
      workflowId: `reconciliation:${randomUUID()}`,
      taskQueue: taskQueues.core,
      cronSchedule: '0 * * * *',
      args: [{ hours: 2 }],
    });
    await env.sleep('8h');
    await run.cancel();
  });
  expect(asked['stars']?.slice(0, 7)).toEqual([2, 2, 2, 2, 2, 2, 2]);
  expect(asked['stripe']?.slice(0, 7)).toEqual([2, 2, 2, 3, 4, 5, 2]);
});

test('the housekeeping does its other chores although some fail, and shows that they did', async () => {
  const chores = [
    'expireReserves',
    'wakeUncreditedPayments',
    'forgetOldUpdates',
    'redeliverPaymentNews',
    'resumeRefunds',
    'wakeOverduePayments',
    'settleLostSubmits',
    'removeExpiredFiles',
    'startLostOrders',
  ];
  const done: string[] = [];
  const fails = new Set(['expireReserves', 'resumeRefunds']);
  const script = Object.fromEntries(
    chores.map((chore) => [
      chore,
      () => {
        done.push(chore);
        if (fails.has(chore)) throw refusal('RESERVE_CLOSED');
      },
    ]),
  );
  await expect(run(script, workflowTypes.housekeeping, undefined)).rejects.toThrow();
  expect(done).toEqual(chores);
});
