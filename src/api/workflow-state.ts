import { AppError } from '../domain/errors';
import { within } from './within';

/** Queries are answered by workers; when none runs, the caller must not hang with them. */
const queryTimeoutMs = 3000;

export type WorkflowState<T> =
  | { readonly workflow: T }
  | { readonly workflow: null; readonly workflowSilence: 'closed' | 'no_answer' };

/** Asks a workflow for its state; its silence is an answer too, the database knows the rest. */
export async function askWorkflow<T>(ask: Promise<T>): Promise<WorkflowState<T>> {
  try {
    return { workflow: await within(queryTimeoutMs, ask) };
  } catch (error) {
    const isClosed = error instanceof AppError && error.code === 'NOT_FOUND';
    return { workflow: null, workflowSilence: isClosed ? 'closed' : 'no_answer' };
  }
}
