import express, { Router, type Express } from 'express';
import helmet from 'helmet';
import { assetPage } from './asset-page';
import type { ApiDeps, StatusDeps } from './deps';
import { createErrorHandler, notFound } from './error-handler';
import { miniAppPage } from './mini-app/page';
import { createRateLimiters, defaultRateLimits } from './rate-limits';
import { createRequestLog } from './request-log';
import { mount, type Route } from './route';
import { createRoutes, createStatusRoutes } from './routes';
import { aboutPage } from './routes/about';
import { createDocs } from './routes/docs';

/** The whole HTTP side of Easel. */
export function createApp(deps: ApiDeps): Express {
  const app = bareApp(deps);
  const limiters = limitersOf(deps);
  const routes = createRoutes(deps);
  app.get('/', aboutPage(deps));
  app.use(routerOf(routes, limiters));
  app.use('/assets', assetPage(deps, limiters.page));
  app.use('/app', miniAppPage(limiters.page, deps.settings.api.sandboxPageUrl));
  app.use(createDocs(routes, limiters.page), notFound('/docs lists what does.'));
  return app.use(createErrorHandler(deps));
}

/** What a process without the API says of itself. */
export function createStatusApp(deps: StatusDeps): Express {
  const app = bareApp(deps);
  app.use(routerOf(createStatusRoutes(deps), limitersOf(deps)));
  const hint = 'This process runs without the API; it has /health and /metrics.';
  return app.use(notFound(hint), createErrorHandler(deps));
}

function bareApp(deps: StatusDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.settings.api.proxyHops);
  return app.use(createRequestLog(deps), helmet(nothingLoads));
}

function limitersOf({ rateLimits }: StatusDeps) {
  return createRateLimiters({ ...defaultRateLimits, ...rateLimits });
}

function routerOf(routes: readonly Route[], limiters: ReturnType<typeof limitersOf>): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes) mount(router, route, limiters);
  return router;
}

/** Answers are data; a browser that shows one must neither load nor run anything. */
const nothingLoads = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
} as const;
