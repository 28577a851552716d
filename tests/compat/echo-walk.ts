import type { TelegramMessage } from '@gramio/types';
import sharp from 'sharp';
import { anna, botId, eventually, type House } from '../sandbox/telegram-harness';

/** What every echo bot here does, whatever it is written in:
 *
 * - `/start`: "Hello, <first name>"; a text: the same text as an answer
 * - a photo: fetched and sent back as a new upload, with the caption "<bytes> bytes"
 * - `/menu`: "Choose a colour" with buttons; a press is answered and the message edited
 * - `/buy`: an invoice of 5 Stars; paid: "Paid 5"; `/refund`: refunded, then "Refunded 5"
 */
type Shown = TelegramMessage & { readonly fromBot: boolean; readonly files: { url: string }[] };

async function botMessages(house: House): Promise<Shown[]> {
  const path = `/people/${anna}/chats/${botId}`;
  const { messages } = await house.people<{ messages: Shown[] }>('GET', path);
  return messages.filter(({ fromBot }) => fromBot);
}

function said(house: House, fits: (message: Shown) => boolean): Promise<Shown> {
  return eventually(async () => (await botMessages(house)).find(fits));
}

async function wallet(house: House): Promise<number> {
  const { people } = await house.people<{ people: { id: number; stars: number }[] }>(
    'GET',
    '/people',
  );
  return people.find(({ id }) => id === anna)!.stars;
}

async function walkPhoto(house: House): Promise<void> {
  const image = sharp({ create: { width: 400, height: 300, channels: 3, background: 'orange' } });
  const form = new FormData();
  const bytes = new Uint8Array(await image.jpeg().toBuffer());
  form.append('photo', new Blob([bytes], { type: 'image/jpeg' }), 'me.jpg');
  await house.act('photo', form);
  const answer = await said(house, ({ photo }) => photo !== undefined);
  expect(answer.photo!.at(-1)).toMatchObject({ width: 400, height: 300 });
  expect(answer.caption).toMatch(/^\d{3,} bytes$/);
  const shown = await fetch(`${house.url}${answer.files[0]!.url}`);
  expect(shown.headers.get('content-type')).toBe('image/jpeg');
}

async function walkButtons(house: House): Promise<void> {
  await house.act('text', { text: '/menu' });
  const menu = await said(house, ({ text }) => text === 'Choose a colour');
  expect(menu.reply_markup).toMatchObject({
    inline_keyboard: [
      [
        { text: 'Red', callback_data: 'colour:red' },
        { text: 'Blue', callback_data: 'colour:blue' },
      ],
    ],
  });
  await house.act('press', { messageId: menu.message_id, data: 'colour:blue' });
  const edited = await said(house, ({ text }) => text === 'You chose blue');
  expect(edited.message_id).toBe(menu.message_id);
  const { calls } = await house.people<{ calls: { status: number }[] }>(
    'GET',
    '/calls?method=answerCallbackQuery',
  );
  expect(calls).toMatchObject([{ status: 200 }]);
}

async function walkPayment(house: House): Promise<void> {
  await house.act('text', { text: '/buy' });
  const { message_id: messageId } = await said(house, ({ invoice }) => invoice !== undefined);
  expect(await house.act('pay', { messageId })).toEqual({ state: 'paid' });
  await said(house, ({ text }) => text === 'Paid 5');
  expect(await wallet(house)).toBe(495);
  await house.act('text', { text: '/refund' });
  await said(house, ({ text }) => text === 'Refunded 5');
  expect(await wallet(house)).toBe(500);
}

/** A person meets an echo bot and tries everything it can do. */
export async function walkEchoBot(house: House): Promise<void> {
  await house.act('start');
  await said(house, ({ text }) => text === 'Hello, Anna');
  await house.act('text', { text: 'Привет & <you>' });
  const echo = await said(house, ({ text }) => text === 'Привет & <you>');
  expect(echo.reply_to_message).toMatchObject({ text: 'Привет & <you>' });
  await walkPhoto(house);
  await walkButtons(house);
  await walkPayment(house);
}
