import type { Page } from 'playwright-core';
import { waitUntil } from '../../src/local/waiting';
import { patienceMs, type ChatRoom } from './chat-room';

/** Named as the buttons' values are. */
type Deed =
  | 'pay'
  | 'payTwice'
  | 'payLater'
  | 'secure'
  | 'enterCode'
  | 'confirm'
  | 'underpay'
  | 'overpay'
  | 'expire'
  | 'refund';

type Standing = 'open' | 'processing' | 'paid' | 'partRefunded' | 'refunded' | 'closed';

/** The page of a payment system in the payer's second tab. */
export class PayPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
  }

  /** By the newest Pay button of the chat. */
  static async open(room: ChatRoom): Promise<PayPage> {
    const opened = room.page.waitForEvent('popup');
    await room.press(/^💳 (Pay|Оплатить)/u);
    return new PayPage(await opened);
  }

  async press(deed: Deed): Promise<void> {
    await this.page.locator(`button[value="${deed}"]`).click();
  }

  /** Looks anew until it stands so. */
  async shows(standing: Standing): Promise<void> {
    const isSo = async () => {
      if (await this.page.locator(`.state.${standing}`).isVisible()) return true;
      await this.page.reload();
      return false;
    };
    if (await waitUntil(isSo, patienceMs)) return;
    throw new Error(`not ${standing}: ${await this.page.locator('main').innerText()}`);
  }

  /** What it says to a button that can do nothing any more. */
  async refusal(): Promise<string> {
    return this.page.locator('.refusal').innerText();
  }

  /** Whether there is nothing left to do. */
  async isIdle(): Promise<boolean> {
    return (await this.page.locator('button').count()) === 0;
  }
}
