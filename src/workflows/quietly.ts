import { log } from '@temporalio/workflow';
import { failureCode } from './failure-code';

/** News must not undo what it tells about: a failure to tell is logged and the workflow goes on. */
export async function quietly(step: string, tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    log.warn('A notice could not be sent', { step, code: failureCode(error) });
  }
}
