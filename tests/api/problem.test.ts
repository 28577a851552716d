import request from 'supertest';
import { problemSchema } from '../../src/api/problem';
import { AppError, errorTable, type ErrorCode } from '../../src/domain/errors';
import { adminKey, makeApi } from './fixture';

const codes = Object.keys(errorTable) as ErrorCode[];

function failWith(error: unknown) {
  // A library may throw anything at all.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  const api = makeApi({ statistics: () => Promise.reject(error) });
  return request(api.app).get('/admin/stats').set('X-Admin-API-Key', adminKey);
}

describe('a failure', () => {
  test.each(codes)('%s is answered by the error table as a problem document', async (code) => {
    const answer = await failWith(new AppError(code, 'operators only: row 17'));
    expect(answer.type).toBe('application/problem+json');
    expect(answer.status).toBe(errorTable[code].http);
    expect(problemSchema.parse(answer.body)).toMatchObject({
      type: `urn:easel:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      status: errorTable[code].http,
      code,
      retry: errorTable[code].retry,
      instance: '/admin/stats',
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.body.detail.length).toBeGreaterThan(10);
    expect(answer.text).not.toContain('row 17');
  });

  test.each([
    new Error('password of the database is hunter2'),
    'a bare text',
    null,
    { type: 'made-up' },
    Object.assign(new Error('gone'), { status: 418, expose: true }),
  ])('nobody foresaw says nothing of its inside (%#)', async (error) => {
    const answer = await failWith(error);
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
    expect(answer.text).not.toMatch(/hunter2|bare text|gone|node_modules|\.ts:/);
  });

  test('that asks for patience names the seconds', async () => {
    const answer = await failWith(new AppError('TELEGRAM_BUSY', '429', { retryAfterMs: 1500 }));
    expect(answer.headers['retry-after']).toBe('2');
  });
});
