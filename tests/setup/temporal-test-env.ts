import { TestWorkflowEnvironment } from '@temporalio/testing';
import { cacheFolder } from '../../src/local/local-settings';
import { findTestServer } from '../../src/local/test-server-finder';

/** A Temporal server whose clock jumps over waits; stopped by `teardown()`. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = process.env['EASEL_TEST_SERVER'] ?? (await findTestServer(cacheFolder(process.env)));
  return await patiently(() =>
    TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    }),
  );
}

/** The SDK gives the server five seconds to start, which a busy machine may not have. */
async function patiently<T>(start: () => Promise<T>): Promise<T> {
  for (let triesLeft = 4; ; triesLeft -= 1) {
    try {
      return await start();
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}
