import fc from 'fast-check';
import { decimalOf, isCurrency, moneyOf } from '../../src/domain/money';

describe('money on the wire', () => {
  test('an amount written as a decimal is read back exactly, up to 18 digits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
        fc.constantFrom('XTR' as const, 'RUB' as const, 'USD' as const),
        (amountMinor, currency) => {
          const money = { amountMinor, currency };
          expect(moneyOf(decimalOf(money), currency)).toEqual(money);
        },
      ),
    );
  });

  test.each([
    ['499.0', 49_900n],
    ['499', 49_900n],
    ['0.01', 1n],
    ['15.00000000', 1_500n],
  ])('%s rubles are %d kopecks', (decimal, amountMinor) => {
    expect(moneyOf(decimal, 'RUB')).toEqual({ amountMinor, currency: 'RUB' });
  });

  test.each(['1e3', '-1', '+1', '1,5', '', '.5', '1.', '0.001', 'NaN', '0x10', ' 1'])(
    '"%s" is no amount of rubles and is never rounded to one',
    (decimal) => {
      expect(moneyOf(decimal, 'RUB')).toBeUndefined();
    },
  );

  test('an unknown currency is told from a known one', () => {
    expect(isCurrency('RUB')).toBe(true);
    expect(isCurrency('toString')).toBe(false);
  });
});
