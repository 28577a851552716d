import { Writable } from 'node:stream';
import { createLogger, type LoggerOptions } from '../../src/observability/logger';

function capture(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: createLogger('info', { ...options, destination }), text: () => lines.join('') };
}

describe('the log', () => {
  test('is one JSON object a line with a readable level and time', () => {
    const { logger, text } = capture();
    logger.info({ generationId: 'g1' }, 'delivered');
    expect(JSON.parse(text())).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      generationId: 'g1',
      msg: 'delivered',
    });
  });

  test.each(['token', 'apiKey', 'password', 'authorization', 'headers', 'prompt', 'body'])(
    'hides the field %s at the top and two levels down',
    (field) => {
      const { logger, text } = capture();
      logger.info({ [field]: 'hide-me', a: { [field]: 'hide-me', b: { [field]: 'hide-me' } } });
      expect(text()).not.toContain('hide-me');
      expect(text().match(/\[hidden\]/g)).toHaveLength(3);
    },
  );

  test('hides bot tokens wherever they stand, even unknown ones', () => {
    const { logger, text } = capture();
    const address =
      'https://api.telegram.org/bot987654321:AAF-abcdefghijklmnopqrstuvwxyz0123/getMe';
    logger.error({ err: new Error(`request to ${address} failed`) }, `calling ${address}`);
    expect(text()).not.toContain('AAF-abcdef');
    expect(text()).toContain('getMe');
  });

  test('hides passwords in addresses of databases', () => {
    const { logger, text } = capture();
    logger.error({ err: new Error('postgresql://easel:hunter2@db:5432/easel refused') });
    expect(text()).not.toContain('hunter2');
    expect(text()).toContain('postgresql://easel:[hidden]@db:5432/easel');
  });

  test('hides known secrets in messages, errors and stacks, quoted ones too', () => {
    const secret = 'se"cret\\value';
    const { logger, text } = capture({ secrets: [secret] });
    logger.warn({ err: new Error(`bad key ${secret}`), note: secret }, `key ${secret}`);
    expect(text()).not.toMatch(/cret\\+value/);
    expect(() => JSON.parse(text()) as unknown).not.toThrow();
  });

  test('also in children', () => {
    const { logger, text } = capture({ secrets: ['a-known-secret'] });
    logger.child({ part: 'a-known-secret' }).info({ token: 't' }, 'x');
    expect(text()).not.toContain('a-known-secret');
    expect(text()).toContain('"token":"[hidden]"');
  });

  test('does not blank out words for a secret too short to be one', () => {
    const { logger, text } = capture({ secrets: ['easel'] });
    logger.info('easel starts');
    expect(text()).toContain('easel starts');
  });
});
