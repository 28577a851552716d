import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { call, createShopApi, newKey, post, Refusal, type ShopApi } from './api';
import { Checkout } from './components/checkout';
import { History } from './components/history';
import { Notice } from './components/notice';
import { Shop } from './components/shop';
import { openSession, type SessionAnswer } from './session';
import { tell } from './tell';
import { closePage, followTheme, greet, type Launch } from './telegram';
import { guessLanguage, wordsOf } from './texts';
import type { Me } from './types';

type Stage =
  | { name: 'loading' }
  | { name: 'stopped'; says: string; canRetry: boolean }
  | { name: 'open'; api: ShopApi; me: Me };

async function enter(launch: Launch): Promise<ShopApi> {
  const session = await openSession(launch, {
    storage: storageOfTab(),
    ask: ({ initData, platform, key }) =>
      call<SessionAnswer>('/session', post({ initData, platform, key })),
    newKey,
    now: Date.now,
  });
  greet(session.host);
  return createShopApi(session.token);
}

function storageOfTab(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined;
  }
}

export function App({ launch }: { launch: Launch | undefined }): ReactNode {
  const [stage, setStage] = useState<Stage>({ name: 'loading' });
  const [paymentId, setPaymentId] = useState<string | null>(null);
  const language = stage.name === 'open' ? stage.me.language : guessLanguage(launch?.languageCode);
  const words = wordsOf(language);

  const begin = useCallback(async (): Promise<void> => {
    const first = wordsOf(guessLanguage(launch?.languageCode));
    if (!launch) {
      setStage({ name: 'stopped', says: first.outsideTelegram, canRetry: false });
      return;
    }
    setStage({ name: 'loading' });
    try {
      const api = await enter(launch);
      setStage({ name: 'open', api, me: await api.me() });
    } catch (error) {
      const canRetry = !(error instanceof Refusal) || ![401, 403].includes(error.status);
      setStage({ name: 'stopped', says: tell(error, first), canRetry });
    }
  }, [launch]);

  useEffect(followTheme, []);
  useEffect(() => {
    void begin();
  }, [begin]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language, words]);

  if (stage.name === 'loading') return <Notice says={words.loading} busy />;
  if (stage.name === 'stopped') {
    return (
      <Notice
        says={stage.says}
        {...(stage.canRetry ? { action: words.again, onAction: () => void begin() } : {})}
      />
    );
  }
  const { api, me } = stage;
  const refresh = async (): Promise<void> => {
    const fresh = await api.me().catch(() => undefined);
    if (fresh) setStage({ name: 'open', api, me: fresh });
  };
  return (
    <main className="page">
      <header className="balance">
        <p>{words.balance}</p>
        <h1 data-testid="balance">{me.balance}</h1>
      </header>
      {paymentId === null ? (
        <>
          <Shop api={api} me={me} words={words} onOrder={setPaymentId} onPromo={refresh} />
          <History api={api} words={words} onOpen={setPaymentId} />
        </>
      ) : (
        <Checkout
          key={paymentId}
          api={api}
          id={paymentId}
          words={words}
          onOver={refresh}
          onLeave={() => {
            setPaymentId(null);
          }}
          onClose={closePage}
        />
      )}
    </main>
  );
}
