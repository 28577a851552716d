import type { Browser, Locator, Page } from 'playwright-core';
import { waitUntil } from '../../src/local/waiting';
import { patienceMs } from './chat-room';

export interface TypedSignal {
  readonly name: string;
  readonly input: string;
  /** The one of the dialog's choices that isn't chosen by itself. */
  readonly asProtobuf?: boolean;
}

/** An operator at the page of one workflow in Temporal's Web UI. */
export class TemporalPage {
  private readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, uiUrl: string, workflowId: string): Promise<TemporalPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(patienceMs);
    await page.goto(`${uiUrl}/namespaces/default/workflows?query=`);
    // The list comes from an index that follows a moment later.
    const link = page.getByRole('link', { name: workflowId, exact: true });
    const found = await waitUntil(async () => {
      if (await link.isVisible()) return true;
      await page.getByRole('button', { name: 'Refresh' }).click();
      return false;
    }, patienceMs);
    if (!found) throw new Error(`the Web UI does not list ${workflowId}`);
    await link.click();
    await page.getByRole('button', { name: 'More Actions' }).waitFor();
    return new TemporalPage(page);
  }

  /** More Actions, Send a Signal, the name from the list, the input as if pasted, Submit. */
  async signal(signal: TypedSignal): Promise<void> {
    // Two messages about signals at once are too much for the page, so each has a page of its own.
    await this.anew();
    const dialog = await this.fillSignal(signal);
    const answered = this.page.waitForResponse(/\/signal\//);
    await dialog.getByTestId('confirm-modal-button').click();
    const answer = await answered;
    if (!answer.ok()) throw new Error(`the signal was answered by ${answer.status()}`);
  }

  /** What the dialog says to an input it does not send. */
  async refusalOf(signal: TypedSignal): Promise<string> {
    const dialog = await this.fillSignal(signal);
    await dialog.getByTestId('confirm-modal-button').click();
    const told = dialog.getByText('must be valid JSON');
    await told.waitFor();
    const words = await told.innerText();
    await dialog.getByTestId('cancel-modal-button').click();
    await dialog.waitFor({ state: 'hidden' });
    return words;
  }

  /** The top of the page: RUNNING, COMPLETED, ... */
  async status(): Promise<string> {
    await this.anew();
    const badge = this.page.getByText(/^(Running|Completed|Failed|Canceled|Terminated)$/i).first();
    return (await badge.innerText()).toUpperCase();
  }

  /** Waits until the workflow's current details, as the page shows them, have these words. */
  async showsDetails(words: string): Promise<void> {
    let shown = '';
    const details = this.page.locator('iframe').last();
    const isThere = await waitUntil(async () => {
      // Coming to the tab anew asks the workflow anew.
      await this.page.getByRole('tab', { name: 'Timeline' }).click();
      await this.page.getByRole('tab', { name: 'User Metadata' }).click();
      await details.waitFor();
      shown = await details.contentFrame().locator('body').innerText();
      return shown.includes(words);
    }, patienceMs);
    if (!isThere) throw new Error(`the details do not say "${words}" but:\n${shown}`);
  }

  async leave(): Promise<void> {
    await this.page.close();
  }

  /** The page's long polls may hold every connection of the browser, so it is left before it is asked for. */
  private async anew(): Promise<void> {
    const address = this.page.url();
    await this.page.goto('about:blank');
    await this.page.goto(address);
  }

  private async fillSignal({ name, input, asProtobuf = false }: TypedSignal): Promise<Locator> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Send a Signal' }).click();
    const dialog = this.page.locator('dialog[open]').filter({ hasText: 'Send a Signal' });
    await dialog.getByTestId('signal-select-button').click();
    await this.page.getByRole('option', { name, exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Data' }).click();
    // The dialog keeps what was typed the last time.
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.press('Backspace');
    await this.page.keyboard.insertText(input);
    // A click elsewhere: leaving the editor lays the JSON out anew and moves all that is below it.
    await dialog.getByText('Encoding').click();
    if (asProtobuf) await dialog.getByRole('radio', { name: 'json/protobuf' }).check();
    return dialog;
  }
}
