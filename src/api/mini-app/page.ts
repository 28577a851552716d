import { join } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import helmet from 'helmet';
import { markRoute } from '../request-log';

const built = join(__dirname, '../../../dist/top-up');

/**
 * The Mini App's page. It loads and calls nothing but this server, and lets itself be framed by
 * Telegram's web apps only; the apps for phones and desktops open it without a frame.
 */
export function miniAppPage(limiter: RequestHandler, chatUrl: string | undefined): Router {
  const chat = chatUrl === undefined ? [] : [new URL(chatUrl).origin];
  const policy = helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ['https://web.telegram.org', 'https://*.web.telegram.org', ...chat],
    },
  });
  const router = Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    markRoute(response, '/app');
    // The policy says who may frame it; this older header knows only "nobody" and "ourselves".
    response.removeHeader('X-Frame-Options');
    next();
  });
  router.use(limiter, policy);
  // The names of built files change with their contents.
  router.use('/assets', express.static(join(built, 'assets'), { immutable: true, maxAge: '1y' }));
  router.use(express.static(built, { cacheControl: false, setHeaders: alwaysAsk }));
  return router;
}

function alwaysAsk(response: Parameters<RequestHandler>[1]): void {
  response.set('Cache-Control', 'no-cache');
}
