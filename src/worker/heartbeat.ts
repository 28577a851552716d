/**
 * Says to the server that a step is still running. When a worker is killed its heartbeats end, and the
 * step is given to another worker after its heartbeat timeout instead of its much longer time limit.
 */
import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** Beats only while a step takes long, so that a short one costs no call to the server. */
export function createHeartbeat(context: Context): ActivityInboundCallsInterceptor {
  const { heartbeatTimeoutMs = 0 } = context.info;
  return {
    async execute(input, next) {
      if (heartbeatTimeoutMs === 0) return next(input);
      const beat = setInterval(() => {
        context.heartbeat();
      }, heartbeatTimeoutMs / 3);
      try {
        return await next(input);
      } finally {
        clearInterval(beat);
      }
    },
  };
}
