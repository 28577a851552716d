import { createTexts } from '../../src/texts/texts';
import { topUp as en } from '../../src/texts/en/top-up';
import { paymentStatuses } from '../../src/domain/payment';
import { amountOf, isOver, newsOf, nextLookMs, payTargetOf } from '../../web/top-up/src/purchase';
import { guessLanguage, wordsOf } from '../../web/top-up/src/texts';
import type { Payment, Standing } from '../../web/top-up/src/types';

const payment: Payment = {
  id: 'p1',
  system: 'stars',
  method: 'Stars',
  name: '25 tokens',
  price: '35 Stars',
  day: '21 Nov',
  standing: 'created',
  status: 'being prepared',
  payUrl: null,
  payWords: null,
};

describe('an address to pay at', () => {
  test.each([
    ['https://t.me/$a-B_9', { kind: 'invoice', slug: 'a-B_9' }],
    ['https://t.me/invoice/abc', { kind: 'invoice', slug: 'abc' }],
    ['https://t.me/CryptoBot?start=x', { kind: 'chat', path: '/CryptoBot?start=x' }],
    ['https://pay.example/1?a=b', { kind: 'page', url: 'https://pay.example/1?a=b' }],
    ['https://t.me.evil.example/$abc', { kind: 'page', url: 'https://t.me.evil.example/$abc' }],
    ['javascript:alert(1)', undefined],
    ['nonsense', undefined],
  ])('%s is opened as what it is', (address, target) => {
    expect(payTargetOf(address)).toEqual(target);
  });
});

test.each([
  ['25', '25'],
  [' 1 000 ', '1000'],
  ['1,000', '1000'],
  ['007', '7'],
  ['0', undefined],
  ['-5', undefined],
  ['1e9', undefined],
  ['9999999999999', undefined],
])('typed %p is the amount %p', (typed, amount) => {
  expect(amountOf(typed)).toBe(amount);
});

test('a payment is looked at every second at first, and less often the longer it takes', () => {
  expect([1, 14, 15, 60, 1000].map(nextLookMs)).toEqual([1000, 1000, 3000, 10_000, 10_000]);
});

test('only a payment that can still be paid is waited for', () => {
  const standings: Standing[] = [...paymentStatuses, 'held', 'closed', 'refunded', 'part_refunded'];
  expect(standings.filter((standing) => !isOver(standing))).toEqual(['created', 'invoiced']);
});

test('a payment says what happens until its invoice is open, and how to pay then', () => {
  const words = wordsOf('en');
  const open = { ...payment, standing: 'invoiced' as const };
  expect(newsOf(payment, words)).toBe(words.opening);
  expect(newsOf(open, words)).toBe(words.opening);
  expect(newsOf({ ...open, payUrl: 'https://t.me/$a' }, words)).toBe(words.waiting);
  expect(newsOf({ ...open, payWords: 'Card 1234' }, words)).toBe(words.byHand);
  expect(newsOf({ ...payment, standing: 'paid' }, words)).toBe(words.paid);
});

test('the page speaks the language the bot would guess, and its words take no values', () => {
  expect(['ru', 'uk', 'en', 'de', undefined].map(guessLanguage)).toEqual([
    ...['ru', 'ru', 'en', 'en', 'en'],
  ]);
  const t = createTexts()('en');
  expect(wordsOf('en').buy).toBe(t.plain('topUp.page.buy'));
  expect(Object.values(en.page).filter((text) => text.includes('{{'))).toEqual([]);
});
