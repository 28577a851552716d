import { AppError } from '../domain/errors';
import type { ApiDeps } from './deps';

/** The key opens the admin API; whose decision it was must be somebody in particular. */
export async function refuseUnknownActor(
  { settings, audit }: Pick<ApiDeps, 'settings' | 'audit'>,
  refused: {
    readonly action: string;
    readonly target: string;
    readonly body: { readonly actor: string; readonly reason: string };
  },
): Promise<void> {
  const { action, target, body } = refused;
  const { actor, reason } = body;
  if (settings.adminIds.includes(actor)) return;
  await audit.record({ actor, action, target, reason, outcome: 'ACTOR_UNKNOWN' });
  throw new AppError('ACTOR_UNKNOWN', `No admin, on ${target}`);
}
