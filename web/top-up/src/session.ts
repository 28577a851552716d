/**
 * The session with the server. Launch data works once and for minutes, so what it was changed for is
 * kept for this tab: a reload goes on with it.
 */
import type { Language } from './texts';

export interface SessionAnswer {
  readonly token: string;
  readonly seconds: number;
  readonly language: Language;
  readonly host: string | null;
}

export interface LaunchData {
  readonly initData: string;
  readonly platform: string;
}

interface Kept {
  readonly initData: string;
  /** Proves to the server that a repeat comes from the same page. */
  readonly key: string;
  readonly session?: SessionAnswer;
  /** Milliseconds since 1970. */
  readonly until?: number;
}

interface Memory {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

export interface SessionTools {
  /** Of the tab; undefined where the browser has none for us. */
  readonly storage: Memory | undefined;
  readonly ask: (body: LaunchData & { readonly key: string }) => Promise<SessionAnswer>;
  readonly newKey: () => string;
  readonly now: () => number;
}

const place = 'easel-top-up';
/** A session that ends while the person chooses is of little use. */
const leastLeftMs = 5 * 60 * 1000;

export async function openSession(launch: LaunchData, tools: SessionTools): Promise<SessionAnswer> {
  const before = keptFor(launch, tools.storage);
  const isGood = (before?.until ?? 0) - tools.now() > leastLeftMs;
  if (before?.session !== undefined && isGood) return before.session;
  const { initData } = launch;
  const key = before?.key ?? tools.newKey();
  // Before asking: the answer may get lost, and the repeat has to name the same key.
  keep(tools.storage, { initData, key });
  const session = await tools.ask({ ...launch, key });
  keep(tools.storage, { initData, key, session, until: tools.now() + session.seconds * 1000 });
  return session;
}

function keptFor({ initData }: LaunchData, storage: SessionTools['storage']): Kept | undefined {
  try {
    const kept = JSON.parse(storage?.getItem(place) ?? 'null') as Kept | null;
    return kept?.initData === initData ? kept : undefined;
  } catch {
    return undefined;
  }
}

function keep(storage: SessionTools['storage'], kept: Kept): void {
  try {
    storage?.setItem(place, JSON.stringify(kept));
  } catch {
    // Full or forbidden: the page works until it is reloaded.
  }
}
