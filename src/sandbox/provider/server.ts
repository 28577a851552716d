import { createHash, timingSafeEqual } from 'node:crypto';
import type { Served } from '../providers/frame/http-server';
import { startStandIn, type StandInOptions } from '../providers/frame/stand-in';
import { signedCallbacks } from './callbacks';
import { createRoutes, no, refusal } from './routes';

export interface SandboxProviderOptions extends StandInOptions {
  /** The bearer key callers must show. */
  readonly key?: string;
  /** Signs callbacks; the key unless told. */
  readonly callbackSecret?: string;
}

const codeOfStatus: Readonly<Record<number, string>> = { 404: 'not_found', 413: 'invalid_request' };

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Starts an image and video provider that needs no key, no network and no GPU. */
export function startSandboxProvider(options: SandboxProviderOptions): Promise<Served> {
  const key = options.key ?? 'sandbox';
  return startStandIn(
    {
      authorize({ headers }) {
        const isRight = timingSafeEqual(hash(headers.authorization ?? ''), hash(`Bearer ${key}`));
        return isRight ? undefined : no(401, 'unauthorized', 'the bearer key is missing or wrong');
      },
      refusal,
      problem: (status, message) => no(status, codeOfStatus[status] ?? 'internal', message),
      callbacks: signedCallbacks(options.callbackSecret ?? key),
      routes: createRoutes,
    },
    options,
  );
}
