import { parseSettings } from '../../src/config/settings';

const least = {
  BOT_TOKEN: '123456:ABC-DEF_ghi',
  DATABASE_URL: 'postgresql://easel:pa55word@127.0.0.1:5432/easel',
};
const thresholdsOf = (text: string) =>
  parseSettings({ ...least, MODERATION_THRESHOLDS: text }).moderation.thresholds;

test('the lines of the classifier are read as percents by category', () => {
  expect(thresholdsOf('sexual/minors=10, sexual=50')).toEqual({ 'sexual/minors': 10, sexual: 50 });
  expect(parseSettings(least).moderation).toMatchObject({
    thresholds: { 'sexual/minors': 15, sexual: 60 },
    pictures: 'local',
    strikes: { limit: 3, days: 30 },
  });
});

test.each([
  'sexual=50',
  'sexual/minors=60,sexual=50',
  'sexual/minors=10,sexual=95',
  'sexual',
  '=3',
])('what nobody may let through cannot be switched off: %s', (text) => {
  expect(() => thresholdsOf(text)).toThrow('MODERATION_THRESHOLDS');
});
