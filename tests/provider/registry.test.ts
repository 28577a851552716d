import { z } from 'zod';
import { defineProvider } from '../../src/providers/provider';
import { createProviders, providerDefinitions } from '../../src/providers/registry';

const notCalled = () => Promise.reject(new Error('not called'));

const twoSettings = defineProvider({
  id: 'two-settings',
  settings: z.object({ TWO_KEY: z.string().min(1), TWO_SECRET: z.string().min(8) }),
  dedupesSubmit: false,
  callsBack: false,
  models: [],
  create: () => ({ submit: notCalled, collect: notCalled }),
});

test('a provider without settings is off and says what turns it on', () => {
  const { ready, off } = createProviders({ TWO_KEY: ' ' }, fetch, [twoSettings]);
  expect(ready.size).toBe(0);
  expect(off).toEqual([{ id: 'two-settings', reason: 'set TWO_KEY, TWO_SECRET to turn it on' }]);
});

test('a provider with all its settings is ready', () => {
  const env = { TWO_KEY: 'key', TWO_SECRET: 'long enough' };
  const { ready, off } = createProviders(env, fetch, [twoSettings]);
  expect([...ready.keys()]).toEqual(['two-settings']);
  expect(off).toEqual([]);
});

test('half-set settings are refused, all named at once, no value told', () => {
  const env = { TWO_SECRET: 'tell-me' };
  const create = () => createProviders(env, fetch, [twoSettings]);
  expect(create).toThrow(/TWO_KEY.*TWO_SECRET/);
  expect(create).not.toThrow(/tell-me/);
});

test('provider ids and model slugs are unique', () => {
  const ids = providerDefinitions.map(({ id }) => id);
  const slugs = providerDefinitions.flatMap(({ models }) => models.map(({ slug }) => slug));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(slugs).size).toBe(slugs.length);
});
