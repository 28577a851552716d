import type { Request } from 'express';
import { Problem } from './problem';
import type { ApiDeps } from './deps';
import { isSameSecret } from './secrets';

/** Lets only callers with the admin key pass; without a key in the settings nobody does. */
export function createAdminGuard(adminKey: string | undefined): (request: Request) => void {
  return (request) => {
    if (adminKey === undefined) {
      throw new Problem(
        'NOT_FOUND',
        'The admin API is off, so nothing was done. Set ADMIN_API_KEY in the environment and ' +
          'start Easel again to turn it on.',
      );
    }
    if (!isSameSecret(request.get('X-Admin-API-Key') ?? bearerOf(request), adminKey)) {
      throw new Problem(
        'UNAUTHORIZED',
        'The admin key is missing or wrong, so nothing was done. Send the ADMIN_API_KEY of this ' +
          'deployment in the header X-Admin-API-Key.',
      );
    }
  };
}

/** What every route for admins has, all at once, so that none is without its guard. */
export function forAdmins({ api }: ApiDeps['settings']) {
  return {
    tag: 'Admin',
    rate: 'admin',
    security: 'adminKey',
    guard: createAdminGuard(api.adminKey),
  } as const;
}

/** Prometheus can send a key only as a bearer token. */
function bearerOf(request: Request): string | undefined {
  return /^Bearer (\S+)$/.exec(request.get('Authorization') ?? '')?.[1];
}
