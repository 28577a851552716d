import { createHash } from 'node:crypto';
import type { StandInAnswer } from './stand-in';
import {
  buttonTexts,
  pageTexts,
  stateTexts,
  type Button,
  type Language,
  type Localized,
  type PayState,
} from './pay-page-texts';

/** What a stand-in's pay page shows. All of it is text; nothing is taken for HTML. */
export interface PayPage {
  /** "499.00 RUB" */
  readonly amount: string;
  readonly description: string;
  readonly state: PayState;
  /** What can be done now, in this order; a payer's first one is the big one. */
  readonly buttons: readonly Button[];
  /** More that is worth seeing: an address to pay to, what was paid so far. */
  readonly lines?: readonly { readonly label: Localized; readonly value: string }[];
  readonly returnUrl?: string;
}

export interface PageSetting {
  readonly id: string;
  readonly title: Localized;
  readonly language: Language;
  /** Why the button that was pressed did nothing. */
  readonly refusal?: string;
}

const style = `
:root{color-scheme:light dark;--ground:#eef1f6;--card:#fff;--ink:#10151f;--soft:#667085;--line:#e3e7ee;--deed:#2f6fed;--badge:#b54708;--badge-ground:#fef0c7}
@media(prefers-color-scheme:dark){:root{--ground:#0d1117;--card:#161c26;--ink:#eef2f8;--soft:#94a0b4;--line:#273041;--deed:#4b83f5;--badge:#fdb022;--badge-ground:#3b2a10}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink);font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;display:grid;place-items:start center;padding:24px 16px}
main{width:100%;max-width:400px;background:var(--card);border-radius:20px;padding:24px;box-shadow:0 12px 40px rgba(16,21,31,.08)}
header{display:flex;justify-content:space-between;align-items:center;gap:12px;font-weight:600}
.badge{font-size:12px;font-weight:600;letter-spacing:.02em;color:var(--badge);background:var(--badge-ground);border-radius:99px;padding:4px 10px}
.amount{font-size:38px;font-weight:700;letter-spacing:-.02em;margin:28px 0 2px;overflow-wrap:anywhere}
.what{margin:0;color:var(--soft);overflow-wrap:anywhere}
.state{display:flex;align-items:center;gap:10px;margin:20px 0;padding:12px 14px;border:1px solid var(--line);border-radius:12px;font-weight:500}
.state::before{content:"";flex:none;width:10px;height:10px;border-radius:50%;background:#f0a020}
.state.paid::before{background:#12b76a}.state.closed::before{background:#98a2b3}.state.refunded::before,.state.partRefunded::before{background:#7a5af8}
dl{display:grid;grid-template-columns:auto 1fr;gap:6px 16px;margin:0 0 20px;font-size:14px}dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:grid;gap:8px}.more{margin:24px 0 8px;color:var(--soft);font-size:13px}.rest{grid-template-columns:1fr 1fr}
button{font:inherit;font-weight:600;padding:13px;border-radius:12px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
.rest button{font-size:14px;font-weight:500;padding:10px;line-height:1.3}.usual button:first-child{background:var(--deed);border-color:var(--deed);color:#fff}
button:focus-visible,a:focus-visible{outline:3px solid var(--deed);outline-offset:2px}
.refusal{color:#d92d20;font-size:14px}
footer{margin-top:20px;color:var(--soft);font-size:13px;text-align:center}a{color:var(--deed);display:block;margin-bottom:8px;font-size:15px;text-decoration:none}
`;
const styleHash = createHash('sha256').update(style).digest('base64');

const payersButtons: ReadonlySet<Button> = new Set(['pay', 'secure', 'enterCode', 'payLater']);

function text(value: string): string {
  const marks: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return value.replace(/[&<>"]/g, (mark) => marks[mark] ?? '');
}

/** The first language of the browser that the page has; else Russian, which most payers here read. */
export function languageOf(acceptLanguage = ''): Language {
  const found = /\b(ru|en)\b/i.exec(acceptLanguage)?.[1]?.toLowerCase();
  return found === 'en' ? 'en' : 'ru';
}

function html(status: number, content: string, language: Language): StandInAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'`,
    },
    body: `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${text(pageTexts.sandbox[language])}</title><style>${style}</style><main>${content}</main></html>`,
  };
}

function header({ title, language }: Pick<PageSetting, 'title' | 'language'>): string {
  return `<header><span>${text(title[language])}</span><span class="badge">${pageTexts.sandbox[language]}</span></header>`;
}

// Only a web page or a chat may be linked to; anything else in a return address is no way back.
function backLink(returnUrl: string | undefined, language: Language): string {
  if (returnUrl === undefined || !/^(https?|tg):\/\//i.test(returnUrl)) return '';
  return `<a href="${text(returnUrl)}">${pageTexts.back[language]}</a>`;
}

/** What a payer comes for, and below it what the sandbox lets happen besides. */
function forms(buttons: readonly Button[], language: Language): string {
  const form = (className: string, names: readonly Button[]): string =>
    `<form method="post" class="${className}">${names.map((name) => buttonOf(name, language)).join('')}</form>`;
  const usual = buttons.filter((name) => payersButtons.has(name));
  const rest = buttons.filter((name) => !payersButtons.has(name));
  return [
    usual.length === 0 ? '' : form('usual', usual),
    rest.length === 0 ? '' : `<p class="more">${pageTexts.more[language]}</p>${form('rest', rest)}`,
  ].join('');
}

function buttonOf(name: Button, language: Language): string {
  return `<button name="action" value="${name}">${buttonTexts[name][language]}</button>`;
}

export function renderPayPage(page: PayPage, setting: PageSetting): StandInAnswer {
  const { id, language, refusal } = setting;
  const lines = [...(page.lines ?? []), { label: pageTexts.number, value: id }]
    .map(({ label, value }) => `<dt>${text(label[language])}</dt><dd>${text(value)}</dd>`)
    .join('');
  const problem =
    refusal === undefined
      ? ''
      : `<p class="refusal">${pageTexts.refused[language]}: ${text(refusal)}</p>`;
  const content = `${header(setting)}
<p class="amount">${text(page.amount)}</p><p class="what">${text(page.description)}</p>
<p class="state ${page.state}">${stateTexts[page.state][language]}</p>
<dl>${lines}</dl>${problem}${forms(page.buttons, language)}
<footer>${backLink(page.returnUrl, language)}${pageTexts.noMoney[language]}</footer>`;
  return html(refusal === undefined ? 200 : 409, content, language);
}

export function renderMissing(title: Localized, language: Language): StandInAnswer {
  const content = `${header({ title, language })}<p class="what">${pageTexts.missing[language]}</p>`;
  return html(404, content, language);
}
