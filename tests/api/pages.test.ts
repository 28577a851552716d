import request from 'supertest';
import { adminKey, makeApi } from './fixture';

describe('pages', () => {
  test('/ tells programs and people what this is and where to go on', async () => {
    const { app } = makeApi({}, { SANDBOX_PAGE_URL: 'http://127.0.0.1:3001' });
    const asData = await request(app).get('/');
    expect(asData.body).toMatchObject({ name: 'easel', updates: 'polling' });
    expect(asData.body.links.chat).toBe('http://127.0.0.1:3001');
    const asPage = await request(app).get('/').set('Accept', 'text/html,*/*;q=0.8');
    expect(asPage.type).toBe('text/html');
    expect(asPage.text).toContain('<a href="http://127.0.0.1:3001">');
  });

  test('/ escapes the one address it shows', async () => {
    const { app } = makeApi({}, { SANDBOX_PAGE_URL: 'http://127.0.0.1/"><script>x</script>' });
    const { text } = await request(app).get('/').set('Accept', 'text/html');
    expect(text).not.toContain('<script>');
  });

  test('the Mini App loads nothing from elsewhere, and only Telegram and the sandbox may frame it', async () => {
    const { app } = makeApi({}, { SANDBOX_PAGE_URL: 'http://127.0.0.1:3001' });
    const { headers } = await request(app).get('/app/');
    const policy = new Map(
      String(headers['content-security-policy'])
        .split(';')
        .map((part) => [part.split(' ')[0], part.split(' ').slice(1)] as const),
    );
    const framers = ['https://web.telegram.org', 'https://*.web.telegram.org'];
    expect(policy.get('frame-ancestors')).toEqual([...framers, 'http://127.0.0.1:3001']);
    expect(policy.get('default-src')).toEqual(["'none'"]);
    for (const kind of ['script-src', 'style-src', 'connect-src', 'img-src']) {
      expect(policy.get(kind)).toEqual(["'self'"]);
    }
    expect(headers['x-frame-options']).toBeUndefined();
    const data = await request(app).get('/app/api/me');
    expect(data.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  test('every link of / answers', async () => {
    const { app } = makeApi();
    const { body } = await request(app).get('/');
    for (const link of Object.values<string>(body.links)) {
      expect([link, (await request(app).get(link)).status]).toEqual([link, 200]);
    }
  });

  test('/docs brings all it needs and allows nothing from elsewhere', async () => {
    const { app } = makeApi();
    const page = await request(app).get('/docs');
    expect(page.type).toBe('text/html');
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).toMatch(/^\/docs\//);
      expect([file, (await request(app).get(file)).status]).toEqual([file, 200]);
    }
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(page.text).not.toMatch(/<script>[^<]/);
  });

  test.each(['/docs/package.json', '/docs/swagger-ui-bundle.js.map', '/docs/..%2fpackage.json'])(
    '%s is not served',
    async (path) => {
      expect((await request(makeApi().app).get(path)).status).toBe(404);
    },
  );
});

describe('every answer', () => {
  test.each(['/', '/health', '/no/such/address', '/admin/stats', '/docs'])(
    '%s carries safe headers and a request id',
    async (path) => {
      const { headers } = await request(makeApi().app).get(path);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    },
  );

  test('keeps a request id of the caller, unless it could forge a log line', async () => {
    const { app } = makeApi();
    const ask = (id: string) => request(app).get('/health').set('X-Request-Id', id);
    expect((await ask('trace-7')).headers['x-request-id']).toBe('trace-7');
    expect((await ask('a","level":"fatal')).headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    expect((await ask('x'.repeat(65))).headers['x-request-id']).toMatch(/^[\w-]{36}$/);
  });

  test('is logged with route, status and time, without query, headers or ids', async () => {
    const api = makeApi();
    await request(api.app)
      .get('/admin/payments/some-person?key=query-secret')
      .set('X-Admin-API-Key', adminKey)
      .set('Authorization', 'Bearer other-secret')
      .set('Cookie', 'session=cookie-secret');
    const line = JSON.parse(api.log().trim().split('\n').at(-1) ?? '{}');
    expect(line).toMatchObject({ route: '/admin/payments/:id', status: 404, method: 'GET' });
    expect(line.ms).toEqual(expect.any(Number));
    expect(api.log()).not.toMatch(/query-secret|other-secret|cookie-secret|some-person/);
    expect(api.log()).not.toContain(adminKey);
  });

  test('to an unknown address or method is a problem', async () => {
    const { app } = makeApi();
    for (const call of [request(app).get('/nothing'), request(app).delete('/health')]) {
      const answer = await call;
      expect([answer.status, answer.type]).toEqual([404, 'application/problem+json']);
      expect(answer.body.detail).toContain('/docs');
    }
  });
});
