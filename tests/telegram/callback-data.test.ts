import fc from 'fast-check';
import { photoStyles } from '../../src/domain/generation';
import {
  packCallback,
  unpackCallback,
  type CallbackAction,
} from '../../src/telegram/callback-data';
import { languages } from '../../src/texts/texts';

const id = fc.oneof(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9._-]{1,45}$/));
const anyAction: fc.Arbitrary<CallbackAction> = fc.oneof(
  fc.constantFrom<CallbackAction>(
    { type: 'menu' },
    { type: 'words' },
    { type: 'draft:cancel' },
    { type: 'history' },
    { type: 'balance' },
    { type: 'buy' },
    { type: 'languages' },
    { type: 'help' },
    { type: 'noop' },
  ),
  fc.record({ type: fc.constant('create' as const), kind: fc.constantFrom('image', 'video') }),
  fc.record({ type: fc.constant('style' as const), style: fc.constantFrom(...photoStyles) }),
  fc.record({ type: fc.constant('model' as const), slug: id }),
  fc.record({ type: fc.constant('confirm' as const), draftId: id }),
  fc.record({
    type: fc.constantFrom('gen:cancel', 'gen:again', 'gen:vary', 'gen:use', 'gen:report'),
    generationId: id,
  }),
  fc.record({ type: fc.constant('history:show' as const), generationId: id }),
  fc.record({ type: fc.constant('history:page' as const), cursor: id }),
  fc.record({
    type: fc.constant('buy:pack' as const),
    packTokens: fc.bigInt(1n, 1_000_000_000_000n).map(String),
  }),
  fc.record({ type: fc.constant('lang' as const), language: fc.constantFrom(...languages) }),
);

test('every action comes back from its button, inside 64 bytes', () => {
  fc.assert(
    fc.property(anyAction, (action) => {
      const data = packCallback(action);
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
      expect(unpackCallback(data)).toEqual(action);
    }),
  );
});

test('foreign data is never an action and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (noise) => {
      expect(unpackCallback(noise)).toBeUndefined();
      expect(unpackCallback(`e1:gen:cancel:${noise}:x:`)).toBeUndefined();
    }),
  );
});

test.each([
  undefined,
  '',
  'menu',
  'e0:menu',
  'e2:menu',
  'e1:',
  'e1:menu:x',
  'e1:style:nude',
  'e1:style',
  'e1:create:audio',
  'e1:lang:de',
  'e1:buy:pack:0',
  'e1:buy:pack:-5',
  'e1:buy:pack:1e3',
  'e1:gen:cancel:',
  'e1:gen:cancel:a b',
  'e1:constructor:x',
  'e1:__proto__',
  'e1:toString',
])('%j is an old or broken button', (data) => {
  expect(unpackCallback(data)).toBeUndefined();
});

test('a value no button can carry is refused when the button is made', () => {
  expect(() => packCallback({ type: 'model', slug: 'x'.repeat(46) })).toThrow(RangeError);
  expect(() => packCallback({ type: 'model', slug: 'a:b' })).toThrow(RangeError);
  expect(() => packCallback({ type: 'buy:pack', packTokens: '1.5' })).toThrow(RangeError);
});
