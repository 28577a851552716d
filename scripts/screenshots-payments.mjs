/**
 * `npm run screenshots:payments`: takes the pictures of buying by YooKassa and Stripe from the Easel that
 * runs on this machine: the chat, the page where it is paid, and the payment in the Temporal Web UI.
 */
import { command } from './bootstrap.mjs';
import {
  beside,
  chatUrl,
  fillSignal,
  heard,
  olga,
  openWebUi,
  press,
  save,
  say,
  sendSignal,
  sitDown,
  timelineIsDrawn,
  toTheEnd,
  withBrowser,
} from './screenshot-desk.mjs';

const phone = { width: 360, height: 780 };
const desk = { width: 1180, height: 900 };

const purchases = [
  {
    way: 'yookassa',
    person: { firstName: 'Вера', languageCode: 'ru' },
    locale: 'ru-RU',
    method: /ЮKassa/,
    pack: /^100 токенов/,
    pay: /^💳 Оплатить/,
    paid: 'оплата получена',
    refunded: 'платёж возвращён частично',
    part: '4975',
  },
  {
    way: 'stripe',
    person: { firstName: 'Ben', languageCode: 'en' },
    locale: 'en-GB',
    method: /Stripe/,
    pack: /^100 tokens/,
    pay: /^💳 Pay/,
    paid: 'payment has arrived',
    refunded: 'A part of your payment was refunded',
    part: '125',
  },
];

await command(() =>
  withBrowser(async (browser) => {
    for (const purchase of purchases) await take(browser, purchase);
  }),
);

async function take(browser, purchase) {
  const { way, locale, method, pack, pay, paid, refunded, part } = purchase;
  const chat = await sitDown(browser, await newPerson(purchase.person), { ...phone, locale });
  await say(chat, '/buy');
  await chat.getByTestId('message').getByRole('button', { name: method }).waitFor();
  await toTheEnd(chat);
  const methods = await chat.screenshot();
  await press(chat, method);
  await press(chat, pack);
  await chat.getByTestId('message').getByRole('button', { name: pay }).waitFor();
  await chat.locator('.toast').waitFor({ state: 'detached' });
  await toTheEnd(chat);
  const offered = await chat.screenshot();
  const opened = chat.waitForEvent('popup');
  await press(chat, pay);
  const page = await opened;
  const asked = await page.screenshot();
  await page.locator('button[value="pay"]').click();
  await heard(chat, paid).waitFor();
  await toTheEnd(chat);
  await save(`pay-${way}.png`, await beside(methods, offered, asked, await chat.screenshot()));

  const workflow = await openPayment(browser);
  await save(`temporal-${way}-paid.png`, await detailsOf(workflow));
  const request = { id: 'r1', actor: String(olga), reason: 'a part was of no use', amount: part };
  await sendSignal(await fillSignal(workflow, 'refund', request));
  await heard(chat, refunded).waitFor();
  await save(`temporal-${way}-refund.png`, await detailsOf(workflow));
  await page.reload();
  await toTheEnd(chat);
  await save(`refund-${way}.png`, await beside(await page.screenshot(), await chat.screenshot()));
}

/** What an operator reads of a workflow. */
async function detailsOf(workflow) {
  // Coming to the tab anew asks the workflow anew.
  await workflow.getByRole('tab', { name: 'Timeline' }).click();
  await workflow.getByRole('tab', { name: 'User Metadata' }).click();
  await workflow.locator('iframe').last().waitFor();
  await workflow.waitForTimeout(2_000);
  return await workflow.screenshot();
}

async function newPerson(person) {
  const answer = await fetch(`${chatUrl}/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  const { id } = await answer.json();
  return id;
}

/** The newest one. */
async function openPayment(browser) {
  const page = await openWebUi(browser, desk);
  await page
    .getByRole('link', { name: /^payment:/ })
    .first()
    .click();
  await timelineIsDrawn(page);
  return page;
}
