import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Asset } from '../storage/asset-store';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { markRoute } from './request-log';

type Deps = Pick<ApiDeps, 'assets' | 'links'>;

/**
 * GET /assets/:id?expires=...&signature=...: one file, for whoever has the link to it. Not one of the
 * documented routes: only the bot makes such links.
 */
export function assetPage(deps: Deps, limiter: RequestHandler): Router {
  const router = Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    markRoute(response, '/assets/:id');
    next();
  });
  router.get('/:id', limiter, (request, response) => give(deps, request, response));
  return router;
}

async function give(deps: Deps, request: Request, response: Response): Promise<void> {
  const { id } = request.params;
  const { expires, signature } = request.query;
  if (
    typeof id !== 'string' ||
    typeof expires !== 'string' ||
    typeof signature !== 'string' ||
    !deps.links.isOurs({ id, expires, signature })
  ) {
    throw new Problem(
      'UNAUTHORIZED',
      'This link is wrong or its time is over, so nothing is given. The history in the bot gives a ' +
        'new one.',
    );
  }
  const asset = await deps.assets.get(id);
  const path = deps.assets.pathOf(asset);
  if (path === undefined) {
    throw new Problem(
      'NOT_FOUND',
      'The file is kept elsewhere now. The bot gives a new link to it.',
    );
  }
  await sendFile(response, path, asset);
}

/** In parts where the caller asks for a part, so that a film can be watched while it loads. */
function sendFile(response: Response, path: string, asset: Asset): Promise<void> {
  const headers = {
    'Content-Type': asset.mediaType,
    'Content-Disposition': `attachment; filename="easel-${asset.id}.${asset.mediaType.split('/')[1] ?? 'bin'}"`,
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  };
  return new Promise((resolve, reject) => {
    const options = {
      headers,
      dotfiles: 'allow',
      cacheControl: false,
      lastModified: false,
    } as const;
    response.sendFile(path, options, (error?: Error & { status?: number }) => {
      // The reader who leaves in the middle is no failure of ours.
      if (error === undefined || response.headersSent) resolve();
      else if (error.status === 404) reject(gone());
      else reject(error);
    });
  });
}

const gone = () =>
  new Problem('FILE_EXPIRED', 'The file is not kept any more. Files are removed after a time.');
