import { dereference, validate } from '@readme/openapi-parser';
import request from 'supertest';
import { createRoutes } from '../../src/api/routes';
import { adminKey, makeApi } from './fixture';

interface Operation {
  readonly security: readonly Record<string, unknown>[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function readDocument(): Promise<Document> {
  const answer = await request(makeApi().app).get('/openapi.json');
  return answer.body as Document;
}

describe('/openapi.json', () => {
  test('is valid OpenAPI 3.1', async () => {
    const document = await readDocument();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await validate(structuredClone(document) as never)).toMatchObject({ valid: true });
  });

  test('tells of every route and of nothing else', async () => {
    const { paths } = await readDocument();
    const told = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const mounted = createRoutes(makeApi().deps).map(({ method, path }) => `${method} ${path}`);
    expect(told.sort()).toEqual(mounted.sort());
  });

  test('asks for the admin key on every admin route', async () => {
    const { paths } = await readDocument();
    const admin = Object.entries(paths).filter(([path]) => path.startsWith('/admin/'));
    expect(admin.length).toBeGreaterThan(4);
    for (const [, operations] of admin) {
      for (const { security, responses } of Object.values(operations)) {
        expect(security).toEqual([{ adminKey: [] }]);
        expect(responses).toHaveProperty('401');
      }
    }
  });

  test.each([
    '/',
    '/health',
    '/health/db',
    '/health/temporal',
    '/admin/payments/{id}',
    '/admin/generations/{id}',
    '/admin/stats',
    '/admin/audit',
    '/admin/packs',
    '/admin/promo-codes',
  ])('describes what GET %s really answers', async (path) => {
    const { app, deps } = makeApi();
    const route = createRoutes(deps).find((each) => each.path === path.replace('{id}', ':id'));
    const address = path.replace('{id}', path.includes('payments') ? 'pay1' : 'gen1');
    const answer = await request(app).get(address).set('X-Admin-API-Key', adminKey);
    expect(answer.status).toBe(200);
    // Parsing drops fields the schema does not know; nothing may be dropped.
    expect(route?.answer.schema.parse(answer.body)).toEqual(answer.body);
  });

  test('resolves every reference', async () => {
    const whole = await dereference(structuredClone(await readDocument()) as never);
    expect(JSON.stringify(whole)).not.toContain('$ref');
  });
});
