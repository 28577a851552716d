import { amountOf, completeOptions, wrongOption } from '../../src/domain/catalogue';

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
