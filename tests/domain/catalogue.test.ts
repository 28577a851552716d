import {
  amountOf,
  completeOptions,
  isStillOffered,
  orderedOptions,
  priceOf,
  wrongOption,
} from '../../src/domain/catalogue';

const options = { duration: ['4', '8'], resolution: ['720p', '1080p'], audio: ['off', 'on'] };
const rate = {
  base: 10n,
  perSecond: 5n,
  percent: { resolution: { '1080p': 150 }, audio: { on: 133 } },
};

describe('the price of chosen options', () => {
  test('options not chosen take the first value offered', () => {
    expect(completeOptions(options, { resolution: '1080p', colour: 'red' })).toEqual({
      duration: '4',
      resolution: '1080p',
      audio: 'off',
    });
  });

  test('a value the model does not offer is named by its option', () => {
    expect(wrongOption(options, { duration: '6' })).toBe('duration');
    expect(wrongOption(options, { colour: 'red' })).toBe('colour');
    expect(wrongOption(options, { duration: '8' })).toBeUndefined();
  });

  test.each([
    [{ duration: '4' }, 30n],
    [{ duration: '8', resolution: '1080p' }, 75n],
    [{ duration: '8', resolution: '1080p', count: '2' }, 150n],
    // 75 x 1.33 = 99.75: rounded up once, at the end.
    [{ duration: '8', resolution: '1080p', audio: 'on' }, 100n],
  ])('%j costs %d tokens', (chosen, tokens) => {
    expect(amountOf(rate, chosen)).toBe(tokens);
  });
});

describe('what is ordered', () => {
  test('keeps keys that are no options, so that a variation stays one', () => {
    expect(orderedOptions(options, { variation: '77', duration: '8' })).toEqual({
      variation: '77',
      duration: '8',
      resolution: '720p',
      audio: 'off',
    });
    expect(orderedOptions({}, { variation: '77' })).toEqual({ variation: '77' });
  });

  test('a value the model no longer offers gives way to the default', () => {
    expect(orderedOptions(options, { duration: '6', quality: 'high' })).toEqual({
      duration: '4',
      resolution: '720p',
      audio: 'off',
    });
  });

  test('costs what its completed options cost', () => {
    expect(priceOf({ rate, options })).toBe(30n);
    expect(priceOf({ rate, options }, { duration: '8', variation: '1' })).toBe(50n);
  });

  test('is still on offer only when nothing of it would change', () => {
    const chosen = { duration: '8', resolution: '720p', audio: 'off', variation: '1' };
    expect(isStillOffered(options, chosen)).toBe(true);
    expect(isStillOffered(options, { ...chosen, duration: '6' })).toBe(false);
    expect(isStillOffered(options, {})).toBe(false);
  });
});
