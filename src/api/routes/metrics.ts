import { z } from 'zod';
import { createAdminGuard } from '../admin-guard';
import type { StatusDeps } from '../deps';
import { defineRoute, type Route } from '../route';

export function metricsRoute({ settings, metrics }: StatusDeps): Route {
  const isPublic = settings.telegram.publicUrl !== undefined;
  return defineRoute({
    method: 'get',
    path: '/metrics',
    tag: 'Health',
    summary: 'Figures for Prometheus',
    description:
      'This process and the Temporal SDK inside it. Open on a private address; with PUBLIC_URL the ' +
      'admin key is asked for, also as "Authorization: Bearer".',
    rate: 'health',
    ...(isPublic
      ? { guard: createAdminGuard(settings.api.adminKey), security: 'adminKey' as const }
      : {}),
    answer: {
      status: 200,
      description: 'Prometheus text.',
      schema: z.string(),
      mediaType: metrics.contentType,
    },
    problems: isPublic ? ['UNAUTHORIZED', 'NOT_FOUND'] : [],
    handle: () => metrics.render(),
  });
}
