/** What every walk through a payment needs: a person, an admin, an operator, and the books. */
import { inspect, isDeepStrictEqual } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import type { Browser } from 'playwright-core';
import { waitUntil } from '../../src/local/waiting';
import { openBooks, type Books } from './books';
import { openBrowser } from './browser';
import { ChatRoom, patienceMs, type Newcomer } from './chat-room';
import { PayPage } from './pay-page';
import { startStack, type Stack } from './stack';
import { TemporalPage } from './temporal-page';
import { testPhoto } from './test-photo';

/** The admin among the sandbox's people. She reads Russian. */
const olga = 900_009;

const sandboxBotToken = '1000001:sandbox-easel-local-bot';

interface StarList {
  readonly transactions: readonly {
    readonly id: string;
    readonly source?: { readonly user: { readonly id: number } };
  }[];
}

/** How a method's button reads, what 100 tokens cost there, and what its stand-in keeps of a sum. */
export const ways = {
  yookassa: { method: /YooKassa/, price: 19_900n, fee: (paid: bigint) => (paid * 35n) / 1000n },
  yoomoney: { method: /YooMoney/, price: 19_900n, fee: (paid: bigint) => (paid * 3n + 50n) / 100n },
  cryptobot: { method: /CryptoBot/, price: 249n, fee: (paid: bigint) => (paid * 3n + 99n) / 100n },
  heleket: { method: /Heleket/, price: 249n, fee: (paid: bigint) => paid / 100n },
  stripe: {
    method: /Stripe/,
    price: 249n,
    fee: (paid: bigint) => (paid * 29n + 500n) / 1000n + 30n,
  },
  card: { method: /Bank transfer/, price: 249n, fee: () => 0n },
} as const;
export type Way = keyof typeof ways;

/** In a new person's first purchase of 100 tokens ten come on top, and ten they had. */
export const afterFirstPack = 120n;
export const atFirst = 10n;

/** The money accounts of a payment: what was paid and credited, and what of it went back. */
export function income(way: Way, paid: bigint, back = 0n): Readonly<Record<string, bigint>> {
  const fees = ways[way].fee(paid);
  const accounts = { clearing: paid - fees - back, fees, revenue: -paid, refunds: back };
  return Object.fromEntries(Object.entries(accounts).filter(([, balance]) => balance !== 0n));
}

export interface Standing {
  readonly tokens: bigint;
  /** Only when there are any. */
  readonly held?: bigint;
  readonly debt?: bigint;
  /** The money accounts of the person's newest payment, when any has moved. */
  readonly money?: Readonly<Record<string, bigint>>;
}

export class PaymentWalk {
  readonly admin: ChatRoom;
  private readonly stack: Stack;
  private readonly browser: Browser;
  private readonly books: Books;
  private readonly leaving: { leave(): Promise<void> }[] = [];

  private constructor(parts: { stack: Stack; browser: Browser; books: Books; admin: ChatRoom }) {
    ({ stack: this.stack, browser: this.browser, books: this.books, admin: this.admin } = parts);
  }

  static async begin(settings: Readonly<Record<string, string>> = {}): Promise<PaymentWalk> {
    const [stack, browser] = await Promise.all([
      startStack({ REQUESTS_PER_MINUTE: '1000', ...settings }),
      openBrowser(),
    ]);
    const books = openBooks(stack.databaseUrl);
    const admin = await ChatRoom.sitDown(browser, stack.chatUrl, { personId: olga });
    await admin.say('/start');
    await admin.hears('токенов');
    return new PaymentWalk({ stack, browser, books, admin });
  }

  async end(): Promise<void> {
    await this.browser.close();
    await this.books.close();
    await this.stack.stop();
  }

  /** Everybody but the admin goes home. */
  async rest(): Promise<void> {
    for (const one of this.leaving.splice(0)) await one.leave();
  }

  async newcomer(newcomer: Newcomer): Promise<ChatRoom> {
    const room = await ChatRoom.enter(this.browser, this.stack.chatUrl, newcomer);
    this.leaving.push(room);
    await room.hears(/10 (tokens|токенов)/);
    return room;
  }

  /** From /buy to the message that says where to pay. */
  async order(room: ChatRoom, way: Way): Promise<void> {
    await room.say('/buy');
    await room.press(ways[way].method);
    await room.press(/^100 (tokens|токенов)/);
    await room.hears(/(To pay|К оплате):/);
  }

  /** An order of a new person, and the page to pay it at. */
  async shop(name: string, way: Way): Promise<{ buyer: ChatRoom; page: PayPage }> {
    const buyer = await this.newcomer({ name, language: 'en' });
    await this.order(buyer, way);
    return { buyer, page: await PayPage.open(buyer) };
  }

  /** What an operator types for a signal in the admin's name. */
  signalOf(id: string, more: Readonly<Record<string, unknown>> = {}): string {
    return JSON.stringify({ id, actor: String(olga), reason: 'talked to the payer', ...more });
  }

  /** The same, paid and credited. */
  async sold(name: string, way: Way): Promise<{ buyer: ChatRoom; page: PayPage }> {
    const { buyer, page } = await this.shop(name, way);
    await page.press('pay');
    await buyer.hears('the payment has arrived');
    return { buyer, page };
  }

  /** A bank transfer of a new person, whose receipt the admin has before her. */
  async transfer(name: string): Promise<{ buyer: ChatRoom; reference: string }> {
    const buyer = await this.newcomer({ name, language: 'en' });
    await this.order(buyer, 'card');
    await buyer.press('✅ I have paid');
    await buyer.hears('Send the receipt');
    await buyer.sendPhoto('receipt.jpg', await testPhoto());
    await buyer.hears('Passed on');
    const request = await this.admin.hears(new RegExp(`Банковский перевод:[^]*${name}`));
    const receipt = this.admin.messages().filter({ has: this.admin.page.locator('.media img') });
    await this.admin.pictureOf(receipt.last());
    return { buyer, reference: within(await request.innerText(), /Назначение: (\S+)/) };
  }

  /** The Temporal Web UI at the newest payment of a person. */
  async operator(buyer: ChatRoom): Promise<TemporalPage> {
    const id = await this.paymentOf(buyer);
    const page = await TemporalPage.open(this.browser, this.stack.temporalUiUrl, `payment:${id}`);
    this.leaving.push(page);
    return page;
  }

  /** Waits until the admin reads these words about the newest payment of a person. */
  async adminReads(buyer: ChatRoom, words: string): Promise<string> {
    const about = this.admin.messages(words).filter({ hasText: await this.paymentOf(buyer) });
    return about.last().innerText();
  }

  /** The admin presses her way from the news of a held charge to a decision, and says why. */
  async adminDecides(buyer: ChatRoom, decision: RegExp): Promise<void> {
    const about = this.admin.messages(await this.paymentOf(buyer));
    const asked = await this.admin.messages('Почему?').count();
    await about.getByRole('button', { name: 'Решить' }).last().click();
    await about.getByRole('button', { name: decision }).last().click();
    await this.admin.hears('Почему?', { times: asked + 1 });
    await this.admin.say('talked to the payer');
  }

  /** The admin types what the bank shows. */
  async confirms(reference: string, shown: string): Promise<void> {
    const request = this.admin.messages('Банковский перевод').filter({ hasText: reference });
    await request.last().getByRole('button', { name: 'Деньги пришли' }).click();
    await this.admin.hears(new RegExp(`${reference}:[^]*сумму, которую показывает банк`));
    await this.admin.say(shown);
  }

  /** All Stars of a person, as the shop of a phone takes them back: without a word to Easel. */
  async takeStarsBack({ personId }: ChatRoom): Promise<void> {
    const { transactions } = (await this.telegram('getStarTransactions', {})) as StarList;
    for (const { id, source } of transactions) {
      if (source?.user.id !== personId) continue;
      const charge = { user_id: personId, telegram_payment_charge_id: id };
      await this.telegram('refundStarPayment', charge);
    }
  }

  private async telegram(method: string, fields: object): Promise<unknown> {
    const answer = await fetch(`${this.stack.chatUrl}/bot${sandboxBotToken}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    return ((await answer.json()) as { result: unknown }).result;
  }

  /** What an operator does with "Trigger" at the schedule. */
  async reconcile(): Promise<void> {
    const connection = await Connection.connect({ address: this.stack.temporalAddress });
    await new Client({ connection }).schedule.getHandle('reconciliation').trigger();
    await connection.close();
  }

  async paymentOf(buyer: ChatRoom): Promise<string> {
    return (await this.books.newestPayment(buyer.personId)).id;
  }

  /** How tokens and money stand: as wanted, or after a while as they do; every rule of the books holds. */
  async ledger(buyer: ChatRoom, wanted: Standing): Promise<Standing> {
    let stands = await this.standing(buyer);
    await waitUntil(async () => {
      stands = await this.standing(buyer);
      return isDeepStrictEqual(stands, wanted);
    }, patienceMs);
    const check = await this.books.check();
    if (!check.sound) throw new Error(`the books are broken: ${inspect(check)}`);
    return stands;
  }

  private async standing(buyer: ChatRoom): Promise<Standing> {
    const { available, held, debt } = await this.books.balanceOf(buyer.personId);
    const money = await this.books.moneyOf(await this.paymentOf(buyer));
    return {
      tokens: available,
      ...(held > 0n && { held }),
      ...(debt > 0n && { debt }),
      ...(Object.keys(money).length > 0 && { money }),
    };
  }
}

/** What somebody copies out of a message. */
export function within(text: string, what: RegExp): string {
  const found = what.exec(text)?.[1];
  if (found === undefined) throw new Error(`nothing to copy in:\n${text}`);
  return found;
}
