import { errorTable, type ErrorCode } from '../../src/domain/errors';
import { en } from '../../src/texts/en';
import { ru } from '../../src/texts/ru';
import { createTexts, languages } from '../../src/texts/texts';

const texts = createTexts();
const codes = Object.keys(errorTable) as ErrorCode[];

interface Tree {
  readonly [key: string]: string | Tree;
}

function leaves(tree: Tree, prefix = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? ([[`${prefix}${key}`, value]] as [string, string][])
      : leaves(value, `${prefix}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{.+?\}\}/g)].map(String).sort();
const tags = (text: string) => [...text.matchAll(/<\/?[a-z]+>/g)].map(String);
const withoutPlural = (path: string) => path.replace(/_(one|few|many|other)$/, '');

const english = new Map(leaves(en).map(([path, text]) => [withoutPlural(path), text]));
const russian = leaves(ru);

describe.each(languages)('in %s', (language) => {
  const t = texts(language);

  test.each(codes)('%s is told in words that fit over a pressed button', (code) => {
    const text = t(errorTable[code].text);
    expect(text).not.toBe(errorTable[code].text);
    expect(text.length).toBeGreaterThan(30);
    expect(text.length).toBeLessThanOrEqual(200);
    // The same text is used with and without markup.
    expect(text).not.toMatch(/[<>&{}]/);
    // What happened, and what to do.
    expect(text.split(/[.?!;:] /).length).toBeGreaterThanOrEqual(2);
  });

  test('no text is empty, doubled in its spaces or unfinished', () => {
    for (const [path, text] of leaves(language === 'en' ? en : ru)) {
      expect([path, text]).toEqual([path, expect.stringMatching(/^\S[\s\S]*\S$/)]);
      expect(text).not.toMatch(/ {2}|TODO/);
    }
  });
});

test('both languages have the same keys', () => {
  const keys = new Set(russian.map(([path]) => withoutPlural(path)));
  expect([...keys].sort()).toEqual([...english.keys()].sort());
});

test.each(russian)('ru %s takes the same values and markup as in English', (path, text) => {
  const source = english.get(withoutPlural(path)) ?? '';
  expect(placeholders(text)).toEqual(placeholders(source));
  expect(tags(text)).toEqual(tags(source));
});

test('Russian counts the way Russian does', () => {
  const t = texts('ru');
  const said = [0, 1, 2, 5, 11, 21, 22, 112].map((count) => t.plain('unit.tokens', { count }));
  expect(said).toEqual([
    ...['0 токенов', '1 токен', '2 токена', '5 токенов'],
    ...['11 токенов', '21 токен', '22 токена', '112 токенов'],
  ]);
});

test('amounts are written the way of the language', () => {
  expect(texts('en').plain('unit.tokens', { count: 1_234_567n })).toBe('1,234,567 tokens');
  expect(texts('ru').plain('unit.tokens', { count: 1_234_567n })).toMatch(/^1\s234\s567 токенов$/u);
});

test('values are escaped in markup and left alone in plain places', () => {
  const values = { name: '<b>A & "B"</b>', price: '5' };
  expect(texts('en')('keyboard.model', values)).toBe(
    '&lt;b&gt;A &amp; &quot;B&quot;&lt;/b&gt; · 5',
  );
  expect(texts('en').plain('keyboard.model', values)).toBe('<b>A & "B"</b> · 5');
});

test('a person can not smuggle in a reference to another text', () => {
  const words = '$t(error.banned) {{count}} $& $1';
  expect(texts('en').plain('keyboard.model', { name: words, price: '5' })).toBe(`${words} · 5`);
});
