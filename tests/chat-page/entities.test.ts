import fc from 'fast-check';
import { safeUrl, startPayload, textTree, type TextNode } from '../../web/chat/src/entities';

function flat(nodes: TextNode[]): string {
  return nodes.map((node) => (node.kind === 'text' ? node.text : flat(node.children))).join('');
}

function shape(nodes: TextNode[]): unknown[] {
  return nodes.map((node) =>
    node.kind === 'text' ? node.text : [node.entity.type, ...shape(node.children)],
  );
}

const entity = fc.record({
  type: fc.constantFrom('bold', 'italic', 'code', 'spoiler', 'text_link'),
  offset: fc.integer({ min: -5, max: 60 }),
  length: fc.integer({ min: -5, max: 60 }),
});

describe('the text of a message', () => {
  test('keeps every character once, whatever its entities are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.array(entity, { maxLength: 8 }),
        (text, entities) => {
          expect(flat(textTree(text, entities))).toBe(text);
        },
      ),
    );
  });

  test('counts offsets in UTF-16 units, so an emoji before an entity does not move it', () => {
    const tree = textTree('😀 bold 👨‍👩‍👧 end', [{ type: 'bold', offset: 3, length: 4 }]);
    expect(shape(tree)).toEqual(['😀 ', ['bold', 'bold'], ' 👨‍👩‍👧 end']);
  });

  test('nests entities of one range in the order they came', () => {
    const tree = textTree('abcdef', [
      { type: 'bold', offset: 0, length: 6 },
      { type: 'italic', offset: 2, length: 2 },
    ]);
    expect(shape(tree)).toEqual([['bold', 'ab', ['italic', 'cd'], 'ef']]);
  });

  test('cuts an entity which crosses the end of another one in two', () => {
    const tree = textTree('abcdef', [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
    ]);
    expect(shape(tree)).toEqual([
      ['bold', 'ab', ['italic', 'cd']],
      ['italic', 'ef'],
    ]);
  });
});

describe('a link in a message', () => {
  test.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', ''])(
    'is not opened when its address is %p',
    (address) => {
      expect(safeUrl(address)).toBeUndefined();
    },
  );

  test('is opened without a scheme as https', () => {
    expect(safeUrl('example.com/a')).toBe('https://example.com/a');
  });

  test.each([
    ['https://t.me/Easel_Bot?start=ref_1', 'ref_1'],
    ['t.me/easel_bot', ''],
    ['tg://resolve?domain=easel_bot&start=x', 'x'],
    ['https://t.me/other_bot?start=x', undefined],
    ['https://example.com/easel_bot?start=x', undefined],
  ])('%s starts this bot with %p', (address, payload) => {
    expect(startPayload(address, 'easel_bot')).toBe(payload);
  });
});
