/** What throughput is compared with, on the same server in the same run. */
import {
  proxyActivities,
  proxyLocalActivities,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../src/workflows/contract';

export async function empty(): Promise<void> {
  return Promise.resolve();
}

type Steps = Record<'local' | 'remote', () => Promise<void>>;

/** The steps of a generation without any work in them: what Temporal alone takes for this shape. */
export async function bare(remoteSteps: number): Promise<void> {
  const { local } = proxyLocalActivities<Steps>({ startToCloseTimeout: '10s' });
  const { remote } = proxyActivities<Steps>({ startToCloseTimeout: '10s' });
  await local();
  for (let i = 0; i < remoteSteps; i += 1) await remote();
  upsertSearchAttributes([{ key: searchAttributes.status, value: 'delivered' }]);
}
