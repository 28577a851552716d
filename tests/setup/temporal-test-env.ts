import { TestWorkflowEnvironment } from '@temporalio/testing';
import { cacheFolder } from '../../src/local/local-settings';
import { findTestServer } from '../../src/local/test-server-finder';

/** A Temporal server whose clock jumps over waits; stopped by `teardown()`. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = process.env['EASEL_TEST_SERVER'] ?? (await findTestServer(cacheFolder(process.env)));
  return await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}
