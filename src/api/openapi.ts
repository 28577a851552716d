/** OpenAPI 3.1, made from the routes and the schemas they check requests with. */
import { z } from 'zod';
import { errorTable, type ErrorCode } from '../domain/errors';
import { problemSchema, titleOf } from './problem';
import type { Route } from './route';

type Json = Readonly<Record<string, unknown>>;

const securitySchemes = {
  adminKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Admin-API-Key',
    description: 'ADMIN_API_KEY of this deployment.',
  },
  webhookSecret: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Telegram-Bot-Api-Secret-Token',
    description: 'TELEGRAM_WEBHOOK_SECRET of this deployment; sent by Telegram.',
  },
  miniAppSession: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of /app/api/session.',
  },
} as const;

const tags = [
  { name: 'About', description: 'What this is.' },
  { name: 'Health', description: 'For probes of an orchestrator.' },
  { name: 'Telegram', description: 'Called by Telegram.' },
  { name: 'Providers', description: 'Called by AI providers.' },
  { name: 'Payments', description: 'Called by payment systems.' },
  { name: 'Mini App', description: 'Called by the Mini App of this deployment.' },
  { name: 'Admin', description: 'For operators; every refund is audited.' },
];

export function openApiOf(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Easel',
      version: '1',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'The HTTP side of Easel. Amounts are decimal strings. Every refusal is a problem document ' +
        '(RFC 9457) whose `detail` says what happened, what it means and what to do.',
    },
    servers: [{ url: '/' }],
    tags,
    paths,
    components: { schemas: { Problem: jsonSchema(problemSchema, 'output') }, securitySchemes },
  };
}

function operation(route: Route): Json {
  return {
    operationId: operationIdOf(route),
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    security: route.security === undefined ? [] : [{ [route.security]: [] }],
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.body === undefined ? {} : { requestBody: jsonBody(route.body) }),
    ...(route.rawBody === true ? { requestBody: anyBody } : {}),
    responses: {
      [route.answer.status]: {
        description: route.answer.description,
        content: {
          [route.answer.mediaType ?? 'application/json']: {
            schema: jsonSchema(route.answer.schema, 'output'),
          },
        },
      },
      ...refusals(route),
    },
  };
}

const anyBody = {
  required: true,
  description: "In the provider's own form.",
  content: { '*/*': { schema: {} } },
};

function jsonBody(schema: z.ZodType): Json {
  return {
    required: true,
    content: { 'application/json': { schema: jsonSchema(schema, 'input') } },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
}

/** One response per status, naming every code that comes with it. */
function refusals(route: Route): Json {
  const common: ErrorCode[] = ['TOO_MANY_REQUESTS', 'INTERNAL'];
  const hasInput = route.params ?? route.query ?? route.body;
  const codes = [...route.problems, ...(hasInput ? (['INVALID_INPUT'] as const) : []), ...common];
  const byStatus = new Map<number, ErrorCode[]>();
  const add = (status: number, code: ErrorCode) => {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  };
  for (const code of codes) add(errorTable[code].http, code);
  if (route.body !== undefined) for (const status of [413, 415]) add(status, 'INVALID_INPUT');
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      status,
      {
        description: of.map((code) => `${titleOf(code)} (${code})`).join('; '),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}

/** post /admin/payments/:id/refunds -> postAdminPaymentsIdRefunds */
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
