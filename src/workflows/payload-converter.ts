/**
 * The default converter, made patient: people type signals by hand in the Web UI, and a payload that
 * is no JSON must reach the handler as something it can refuse. Left to the default it would fail the
 * workflow task for ever and the workflow would be stuck.
 */
import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/** What a handler receives in place of an unreadable payload. */
export const unreadable = 'unreadable payload';

export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the SDK's own signature
  fromPayload: <T>(payload: Payload): T => {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return unreadable as T;
    }
  },
};
