import fc from 'fast-check';
import { errorTable, type ErrorCode } from '../../src/domain/errors';
import { photoStyles } from '../../src/domain/generation';
import { unpackCallback } from '../../src/telegram/callback-data';
import {
  confirmCard,
  doneStatusCard,
  endedCard,
  expiredPaymentCard,
  heldPaymentAdminCard,
  invoiceTexts,
  refundedGenerationCard,
  refundedPaymentCard,
  refundOutcomeCard,
  resultCard,
  statusCard,
} from '../../src/telegram/cards';
import { paidCard } from '../../src/telegram/payment-cards';
import type { Card } from '../../src/telegram/client';
import { languages } from '../../src/texts/texts';
import { plainTextOf } from './telegram-html';

const CAPTION_MAX = 1024;

const nastyWords = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 3000 }),
  fc.string({ unit: 'grapheme', maxLength: 3000 }),
  fc.constantFrom(
    '',
    ' \n\t ',
    '<b>bold</b><script>alert(1)</script>',
    '</blockquote></b>&lt;&#x26;&nbsp;',
    '"'.repeat(5000),
    '&'.repeat(5000),
    '👨‍👩‍👧‍👦'.repeat(1000),
    `e${'\u0301'.repeat(5000)}`,
    'مرحبا \u202Eevil\u202C שלום',
    '\uD83D',
    '$t(error.banned) {{count}} {{- prompt}} $& $1 \\',
    '__proto__',
  ),
);
const amount = fc.bigInt({ min: 0n, max: 1_000_000_000_000n });
const kind = fc.constantFrom('image', 'video');
const code = fc.constantFrom(...(Object.keys(errorTable) as ErrorCode[]));
const id = fc.uuid();
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const inputs = fc.record({
  language: fc.constantFrom(...languages),
  words: nastyWords,
  name: nastyWords,
  kind,
  code,
  id,
  style: maybe(fc.constantFrom(...photoStyles)),
  tokens: amount,
  balance: amount,
  returned: maybe(amount),
  progress: fc.oneof(fc.constant('queued' as const), fc.double({ noNaN: true })),
});
type Input = typeof inputs extends fc.Arbitrary<infer T> ? T : never;

const cards: Readonly<Record<string, (input: Input) => Card>> = {
  confirm: ({ words, name, id: draftId, tokens, ...rest }) =>
    confirmCard({ ...rest, draftId, prompt: words, modelName: name, priceTokens: tokens }),
  status: (input) => statusCard({ ...input, generationId: input.id }),
  done: doneStatusCard,
  result: ({ words, name, id: generationId, tokens, ...rest }) =>
    resultCard({ ...rest, generationId, prompt: words, modelName: name, priceTokens: tokens }),
  ended: (input) => endedCard({ ...input, returnedTokens: input.returned, generationId: input.id }),
  paid: paidCard,
  expired: expiredPaymentCard,
  refundedPayment: (input) =>
    refundedPaymentCard({
      ...input,
      money: { amountMinor: input.tokens, currency: 'XTR' },
      charged: { amountMinor: input.balance, currency: 'XTR' },
      bonus: input.returned,
      debtTokens: input.returned,
    }),
  refundedGeneration: refundedGenerationCard,
  refundOutcome: (input) =>
    refundOutcomeCard({ ...input, refundId: input.name, subject: input.words }),
  held: (input) => heldPaymentAdminCard({ ...input, paymentId: input.words }),
};

describe.each(Object.keys(cards))('the %s card', (name) => {
  test('is balanced HTML inside every limit, whatever people write', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const card = cards[name]?.(input);
        if (card === undefined) throw new Error('No such card');
        expect(plainTextOf(card.text).length).toBeGreaterThan(0);
        expect(card.text.length).toBeLessThanOrEqual(CAPTION_MAX);
        expect(card.text).not.toMatch(/\{\{(?!count|- prompt)|undefined|NaN|\p{Cs}|\u202E/u);
        for (const button of card.keyboard?.inline_keyboard.flat() ?? []) {
          expect(unpackCallback(button.callback_data)).toBeDefined();
          expect(button.text.length).toBeLessThanOrEqual(64);
        }
      }),
    );
  });
});

test('a prompt is shown as it was written, never as markup or as a reference to a text', () => {
  const prompt = '<b>$t(error.banned)</b> {{count}} & "x" $& \'y\'';
  const card = resultCard({
    language: 'en',
    generationId: 'g',
    kind: 'image',
    modelName: 'M',
    priceTokens: 1n,
    balance: 2n,
    prompt,
  });
  expect(plainTextOf(card.text)).toContain(prompt);
});

test('a result names the style of a photo', () => {
  const result = { generationId: 'g', kind: 'image', modelName: 'M', priceTokens: 1n } as const;
  const card = resultCard({ language: 'ru', ...result, balance: 2n, style: 'watercolour' });
  expect(card.text).toContain('Стиль: Акварель');
});

test('a long prompt is cut between whole letters and marked as cut', () => {
  const card = resultCard({
    language: 'ru',
    generationId: 'g',
    kind: 'video',
    modelName: 'M',
    priceTokens: 1n,
    balance: 2n,
    prompt: '👨‍👩‍👧‍👦'.repeat(500),
  });
  expect(plainTextOf(card.text)).toMatch(/\n(👨‍👩‍👧‍👦)+…\n/);
});

test('the status card shows progress and offers to stop', () => {
  const status = { language: 'en', kind: 'image', generationId: 'g-1' } as const;
  const half = statusCard({ ...status, progress: 50 });
  expect(half.text).toContain('▓▓▓▓▓░░░░░ 50%');
  const [[stop] = []] = half.keyboard?.inline_keyboard ?? [];
  expect(unpackCallback(stop?.callback_data)).toEqual({ type: 'gen:cancel', generationId: 'g-1' });
  expect(statusCard({ ...status, progress: 'queued' }).text).not.toContain('%');
});

test('an ending says what came back only when something did', () => {
  const ending = { language: 'en', kind: 'image', code: 'NO_OUTPUT' } as const;
  expect(endedCard({ ...ending, returnedTokens: 5n }).text).toContain('5 tokens');
  expect(endedCard({ ...ending, returnedTokens: 0n }).text).not.toContain('tokens');
  expect(endedCard(ending).text).not.toContain('tokens');
});

test('an ending for lack of tokens leads to buying some', () => {
  const card = endedCard({
    language: 'en',
    kind: 'image',
    code: 'INSUFFICIENT_TOKENS',
    generationId: 'g',
  });
  const data = card.keyboard?.inline_keyboard.flat().map((each) => each.callback_data);
  expect(data?.map((each) => unpackCallback(each)?.type)).toEqual(['buy', 'menu']);
});

test('an invoice fits into what Telegram allows', () => {
  fc.assert(
    fc.property(fc.constantFrom(...languages), amount, (language, tokens) => {
      const { title, description, priceLabel } = invoiceTexts({ language, tokens });
      expect(title.length).toBeLessThanOrEqual(32);
      expect(priceLabel.length).toBeLessThanOrEqual(32);
      expect(description.length).toBeLessThanOrEqual(255);
    }),
  );
});
