import { formatText, type FormattedText } from '../../src/sandbox/telegram/text/formatted-text';

function format(parseMode: string, text: string): FormattedText {
  return formatText({ text, parseMode, entities: undefined });
}

/** Entities as `type:what it covers`, which is easier to read than numbers. */
function seen({ text, entities }: FormattedText): string[] {
  return entities.map(
    ({ type, offset, length }) => `${type}:${text.slice(offset, offset + length)}`,
  );
}

describe('HTML', () => {
  test('makes nested entities with UTF-16 offsets', () => {
    const formatted = format('HTML', '🎨 <b>bold <i>both</i></b> <u>u</u><s>s</s> <code>c</code>');
    expect(formatted.text).toBe('🎨 bold both us c');
    expect(formatted.entities[0]).toEqual({ type: 'bold', offset: 3, length: 9 });
    expect(seen(formatted)).toEqual([
      'bold:bold both',
      'italic:both',
      'underline:u',
      'strikethrough:s',
      'code:c',
    ]);
  });

  test('keeps links, languages, spoilers, emoji and quotations', () => {
    const { entities } = format(
      'HTML',
      '<a href="http://example.com/?a=1&amp;b=2">l</a><pre><code class="language-ts">x</code></pre>' +
        '<tg-spoiler>s</tg-spoiler><span class="tg-spoiler">t</span>' +
        '<tg-emoji emoji-id="5">👍</tg-emoji><blockquote expandable>q</blockquote><a href="tg://user?id=7">u</a>',
    );
    expect(entities).toEqual([
      { type: 'text_link', offset: 0, length: 1, url: 'http://example.com/?a=1&b=2' },
      { type: 'pre', offset: 1, length: 1, language: 'ts' },
      { type: 'spoiler', offset: 2, length: 1 },
      { type: 'spoiler', offset: 3, length: 1 },
      { type: 'custom_emoji', offset: 4, length: 2, custom_emoji_id: '5' },
      { type: 'expandable_blockquote', offset: 6, length: 1 },
      {
        type: 'text_mention',
        offset: 7,
        length: 1,
        user: { id: 7, is_bot: false, first_name: '' },
      },
    ]);
  });

  test('decodes references and leaves other ampersands', () => {
    expect(format('HTML', '&lt;b&gt; &amp; &quot;q&quot; &#39;x&#x27; a&b &nbsp;').text).toBe(
      '<b> & "q" \'x\' a&b &nbsp;',
    );
  });

  test.each([
    ['я<foo>x</foo>', 'Unsupported start tag "foo" at byte offset 2'],
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['a <3', 'Unclosed start tag at byte offset 2'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ])('refuses %s', (text, reason) => {
    expect(() => format('HTML', text)).toThrow(`Bad Request: can't parse entities: ${reason}`);
  });
});

describe('MarkdownV2', () => {
  test('makes every kind of entity', () => {
    const formatted = format(
      'MarkdownV2',
      '*bold _both_* __u__ ~s~ ||p|| `c` [l](http://a\\.bc/) ```ts\nx```',
    );
    expect(formatted.text).toBe('bold both u s p c l x');
    expect(seen(formatted)).toEqual([
      'bold:bold both',
      'italic:both',
      'underline:u',
      'strikethrough:s',
      'spoiler:p',
      'code:c',
      'text_link:l',
      'pre:x',
    ]);
    expect(formatted.entities.at(-1)).toMatchObject({ language: 'ts' });
  });

  test('ends a quotation with its last line', () => {
    const formatted = format('MarkdownV2', '>one\n>two\nafter');
    expect(formatted.text).toBe('one\ntwo\nafter');
    expect(seen(formatted)).toEqual(['blockquote:one\ntwo']);
  });

  test.each([
    ['a.b', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['a|b', "Character '|' is reserved and must be escaped with the preceding '\\'"],
    ['я *b', "Can't find end of Bold entity at byte offset 3"],
    ['[x](http://a', "Can't find end of a URL at byte offset 4"],
  ])('refuses %s', (text, reason) => {
    expect(() => format('MarkdownV2', text)).toThrow(`can't parse entities: ${reason}`);
  });
});

test('the old Markdown makes flat entities', () => {
  const formatted = format('Markdown', '*b* _i_ `c` [l](http://a.bc) \\_x\\_');
  expect(formatted.text).toBe('b i c l _x_');
  expect(seen(formatted)).toEqual(['bold:b', 'italic:i', 'code:c', 'text_link:l']);
});

test('commands, addresses and mentions are found in plain text, but not in code', () => {
  const formatted = format(
    'HTML',
    '/start@some_bot see https://a.bc/d. @name #tag a@b.cd <code>/x</code>',
  );
  expect(seen(formatted)).toEqual([
    'bot_command:/start@some_bot',
    'url:https://a.bc/d',
    'mention:@name',
    'hashtag:#tag',
    'email:a@b.cd',
    'code:/x',
  ]);
});

test('outer white space is cut and entities follow', () => {
  const formatted = format('HTML', '\n  <b>x</b> \n');
  expect(formatted).toEqual({
    text: 'x',
    entities: [{ type: 'bold', offset: 0, length: 1 }],
  });
});
