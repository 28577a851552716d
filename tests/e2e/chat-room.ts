import type { Browser, Locator, Page } from 'playwright-core';
import { waitUntil } from '../../src/local/waiting';

/** Long enough for a busy machine; every wait ends as soon as what it waits for is there. */
export const patienceMs = 60_000;

export interface Newcomer {
  readonly name: string;
  readonly language: 'en' | 'ru';
  /** In the wallet; nobody has any otherwise. */
  readonly stars?: number;
  readonly viewport?: { readonly width: number; readonly height: number };
}

const desktop = { width: 1200, height: 900 };

/** A button of the bot as the page shows it. */
export type Words = string | RegExp;

/** One person at the chat page: looks, types, clicks. */
export class ChatRoom {
  readonly page: Page;
  /** Telegram id of the person. */
  readonly personId: number;
  private readonly pageErrors: string[] = [];

  private constructor(page: Page, personId: number) {
    this.page = page;
    this.personId = personId;
    page.on('pageerror', (error) => this.pageErrors.push(error.message));
  }

  /** Someone who was never here before opens the page and sends /start. */
  static async enter(browser: Browser, chatUrl: string, newcomer: Newcomer): Promise<ChatRoom> {
    const room = await ChatRoom.sitDown(browser, chatUrl, {
      personId: await createPerson(chatUrl, newcomer),
      ...(newcomer.viewport && { viewport: newcomer.viewport }),
    });
    await room.say('/start');
    return room;
  }

  /** Somebody the sandbox knows already. */
  static async sitDown(
    browser: Browser,
    chatUrl: string,
    { personId, viewport }: { personId: number; viewport?: Newcomer['viewport'] },
  ): Promise<ChatRoom> {
    const page = await browser.newPage({ viewport: viewport ?? desktop });
    page.setDefaultTimeout(patienceMs);
    const room = new ChatRoom(page, personId);
    await page.goto(`${chatUrl}/#${personId}`);
    return room;
  }

  async say(text: string): Promise<void> {
    await this.page.getByTestId('composer').fill(text);
    await this.page.getByTestId('send').click();
  }

  /** Chooses a picture as the clip button does and sends it from the preview. */
  async sendPhoto(name: string, bytes: Buffer): Promise<void> {
    await this.sendAlbum([{ name, bytes }]);
  }

  /** The same with several pictures chosen at once. */
  async sendAlbum(photos: readonly { name: string; bytes: Buffer }[]): Promise<void> {
    const files = photos.map(({ name, bytes }) => ({
      name,
      mimeType: 'image/jpeg',
      buffer: bytes,
    }));
    await this.page.getByTestId('attach-photo').setInputFiles(files);
    await this.page.getByTestId('preview-send').click();
  }

  /** The same with any file, such as a film. */
  async sendFile(name: string, mimeType: string, bytes: Buffer): Promise<void> {
    await this.page.getByTestId('attach-file').setInputFiles([{ name, mimeType, buffer: bytes }]);
    await this.page.getByTestId('preview-send').click();
  }

  /** The newest button with these words. */
  async press(words: Words): Promise<void> {
    await this.messages().getByRole('button', { name: words }).last().click();
  }

  messages(words?: Words): Locator {
    const all = this.page.locator('[data-testid="message"]');
    return words === undefined ? all : all.filter({ hasText: words });
  }

  /** Waits for a message of the bot, and returns the newest such. */
  async hears(words: Words, { times } = { times: 1 }): Promise<Locator> {
    const heard = this.page
      .locator('[data-testid="message"][data-from="bot"]')
      .filter({ hasText: words });
    try {
      await heard.nth(times - 1).waitFor();
    } catch (error) {
      const shown = (await this.messages().allInnerTexts()).join('\n---\n');
      throw new Error(`The bot did not say ${String(words)}. The chat:\n${shown}`, {
        cause: error,
      });
    }
    return heard.last();
  }

  /** The file behind a message's picture, as the page got it. */
  async pictureOf(message: Locator): Promise<Buffer> {
    const image = message.locator('.media img').first();
    await image.waitFor();
    const isShown = async () => (await image.evaluate('image => image.naturalWidth')) !== 0;
    if (!(await waitUntil(isShown, patienceMs))) throw new Error('the picture is not shown');
    const address = new URL((await image.getAttribute('src')) ?? '', this.page.url());
    return (await this.page.request.get(address.href)).body();
  }

  /** Buys a pack for Stars: /buy, Stars, the pack, the invoice's button, the sheet's button. */
  async buy(pack: Words): Promise<void> {
    await this.say('/buy');
    await this.press(/^⭐.*Telegram/);
    await this.press(pack);
    await this.page.getByTestId('invoice-pay').last().click();
    await this.page.getByTestId('sheet-pay').click();
    await this.page.locator('.sheet-paid').waitFor();
    await this.page.locator('.sheet').waitFor({ state: 'detached' });
  }

  async walletShows(stars: number): Promise<void> {
    await this.page.locator(`[data-testid="wallet"][data-stars="${stars}"]`).waitFor();
  }

  /** Closes the page; complains when it had errors meanwhile. */
  async leave(): Promise<void> {
    await this.page.close();
    if (this.pageErrors.length > 0) throw new Error(this.pageErrors.join('\n'));
  }
}

async function createPerson(
  chatUrl: string,
  { name, language, stars = 0 }: Newcomer,
): Promise<number> {
  const answer = await fetch(`${chatUrl}/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ firstName: name, languageCode: language, stars }),
  });
  if (!answer.ok) throw new Error(`no new person: ${answer.status} ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: number };
  return id;
}
