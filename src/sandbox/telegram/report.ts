import { inspect } from 'node:util';

/** A mistake of the sandbox itself; refusals of the Bot API are answers and are not reported. */
export function reportFault(error: unknown): void {
  process.stderr.write(`Sandbox Telegram failed: ${inspect(error)}\n`);
}
