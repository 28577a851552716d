import { openSession, type SessionTools } from '../../web/top-up/src/session';

const launch = { initData: 'user=1&hash=a', platform: 'web' };
const answer = { token: 't', seconds: 3600, language: 'en', host: null } as const;

function tools(change: Partial<Pick<SessionTools, 'storage'>> = {}) {
  const places = new Map<string, string>();
  let keys = 0;
  let now = 1_000_000;
  return {
    storage: {
      getItem: (name: string) => places.get(name) ?? null,
      setItem: (name: string, value: string) => void places.set(name, value),
    },
    ask: jest.fn(() => Promise.resolve(answer)),
    newKey: () => `key-${(keys += 1)}`,
    now: () => now,
    pass: (ms: number) => (now += ms),
    ...change,
  };
}

test('a reload goes on with the session of the tab', async () => {
  const tab = tools();
  await openSession(launch, tab);
  expect(await openSession(launch, tab)).toEqual(answer);
  expect(tab.ask).toHaveBeenCalledTimes(1);
});

test('a repeat after a lost answer names the same key', async () => {
  const tab = tools();
  tab.ask.mockRejectedValueOnce(new Error('lost'));
  await expect(openSession(launch, tab)).rejects.toThrow('lost');
  await openSession(launch, tab);
  expect(tab.ask.mock.calls).toEqual([
    [{ ...launch, key: 'key-1' }],
    [{ ...launch, key: 'key-1' }],
  ]);
});

test('a session that is about to end is asked for anew', async () => {
  const tab = tools();
  await openSession(launch, tab);
  tab.pass(56 * 60 * 1000);
  await openSession(launch, tab);
  expect(tab.ask).toHaveBeenCalledTimes(2);
});

test('another launch never gets the session of the one before', async () => {
  const tab = tools();
  await openSession(launch, tab);
  const other = { ...launch, initData: 'user=2&hash=b' };
  await openSession(other, tab);
  expect(tab.ask).toHaveBeenLastCalledWith({ ...other, key: 'key-2' });
});

test('a browser that keeps nothing opens the page all the same', async () => {
  const refuse = () => {
    throw new Error('denied');
  };
  const tab = tools({ storage: { getItem: refuse, setItem: refuse } });
  expect(await openSession(launch, tab)).toEqual(answer);
  expect(await openSession(launch, { ...tab, storage: undefined })).toEqual(answer);
});
