import type { ApiDeps, StatusDeps } from './deps';
import { createDoor } from './mini-app/visitor';
import type { Route } from './route';
import { aboutRoute } from './routes/about';
import { adminBookRoutes } from './routes/admin-books';
import { adminHeldRoutes } from './routes/admin-held';
import { adminExperimentRoutes } from './routes/admin-experiments';
import { adminMoneyRoutes } from './routes/admin-money';
import { adminModelRoutes } from './routes/admin-models';
import { adminPackRoutes } from './routes/admin-packs';
import { adminPromoRoutes } from './routes/admin-promos';
import { adminProviderRoutes } from './routes/admin-providers';
import { adminRefundRoutes } from './routes/admin-refunds';
import { adminReportRoutes } from './routes/admin-reports';
import { adminStateRoutes } from './routes/admin-state';
import { healthRoutes } from './routes/health';
import { healthProvidersRoute } from './routes/health-providers';
import { metricsRoute } from './routes/metrics';
import { miniAppPaymentRoutes } from './routes/mini-app-payments';
import { miniAppSession } from './routes/mini-app-session';
import { miniAppShopRoutes } from './routes/mini-app-shop';
import { paymentWebhook } from './routes/payment-webhook';
import { providerCallback } from './routes/provider-callback';
import { telegramWebhook } from './routes/telegram-webhook';

/** Every route, in the order the documentation shows them. */
export function createRoutes(deps: ApiDeps): readonly Route[] {
  const door = createDoor(deps);
  return [
    aboutRoute(deps),
    ...createStatusRoutes(deps),
    telegramWebhook(deps),
    providerCallback(deps),
    paymentWebhook(deps),
    miniAppSession(deps, door),
    ...miniAppShopRoutes(deps, door),
    ...miniAppPaymentRoutes(deps, door),
    ...adminRefundRoutes(deps),
    ...adminHeldRoutes(deps),
    ...adminStateRoutes(deps),
    ...adminReportRoutes(deps),
    ...adminBookRoutes(deps),
    ...adminMoneyRoutes(deps),
    ...adminModelRoutes(deps),
    ...adminExperimentRoutes(deps),
    ...adminProviderRoutes(deps),
    ...adminPackRoutes(deps),
    ...adminPromoRoutes(deps),
  ];
}

/** How the process is; all that one without the API answers. */
export function createStatusRoutes(deps: StatusDeps): readonly Route[] {
  return [...healthRoutes(deps), healthProvidersRoute(deps), metricsRoute(deps)];
}
