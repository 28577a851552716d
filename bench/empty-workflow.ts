/** The reference: a workflow that does nothing, on the same server in the same run. */
export async function empty(): Promise<void> {
  return Promise.resolve();
}
