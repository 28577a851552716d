import express, { Router, type Express } from 'express';
import helmet from 'helmet';
import { assetPage } from './asset-page';
import type { ApiDeps } from './deps';
import { createErrorHandler, notFound } from './error-handler';
import { miniAppPage } from './mini-app/page';
import { createRateLimiters, defaultRateLimits } from './rate-limits';
import { createRequestLog } from './request-log';
import { mount } from './route';
import { createRoutes } from './routes';
import { aboutPage } from './routes/about';
import { createDocs } from './routes/docs';

/** The whole HTTP side of Easel. */
export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.settings.api.proxyHops);
  app.use(createRequestLog(deps), helmet(nothingLoads));

  const limiters = createRateLimiters({ ...defaultRateLimits, ...deps.rateLimits });
  const routes = createRoutes(deps);
  const router = Router({ caseSensitive: true });
  router.get('/', aboutPage(deps));
  for (const route of routes) mount(router, route, limiters);
  app.use(router);
  app.use('/assets', assetPage(deps, limiters.page));
  app.use('/app', miniAppPage(limiters.page, deps.settings.api.sandboxPageUrl));
  app.use(createDocs(routes, limiters.page), notFound, createErrorHandler(deps));
  return app;
}

/** Answers are data; a browser that shows one must neither load nor run anything. */
const nothingLoads = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
} as const;
