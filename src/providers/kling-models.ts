import type { SeedModel } from './provider';

const options = {
  aspect: ['16:9', '9:16', '1:1'],
  duration: ['5', '10'],
  quality: ['std', 'pro'],
};

/** Prices follow reported lists; Kling itself sells units. */
export const klingModels: readonly SeedModel[] = [
  {
    slug: 'kling-3',
    kind: 'video',
    modes: ['text', 'photo'],
    providerModel: 'kling-v3',
    options: { ...options, audio: ['off', 'on'] },
    priceTokens: 1n,
    surcharge: { perSecond: 11n, percent: { quality: { pro: 134 }, audio: { on: 150 } } },
    cost: {
      base: 0n,
      perSecond: 84_000n,
      percent: { quality: { pro: 134 }, audio: { on: 150 } },
    },
    name: { en: 'Kling 3', ru: 'Kling 3' },
    description: {
      en: 'Cinematic motion from words or a photo, with sound if you like. Takes a few minutes.',
      ru: 'Киношное движение по словам или фото, при желании со звуком. Пара минут ожидания.',
    },
  },
  {
    slug: 'kling-2-5-turbo',
    kind: 'video',
    modes: ['text', 'photo'],
    providerModel: 'kling-v2-5-turbo',
    options,
    priceTokens: 1n,
    surcharge: { perSecond: 6n, percent: { quality: { pro: 170 } } },
    cost: { base: 0n, perSecond: 42_000n, percent: { quality: { pro: 167 } } },
    name: { en: 'Kling Turbo', ru: 'Kling Turbo' },
    description: {
      en: 'Quick lively clips at a friendly price.',
      ru: 'Быстрые живые ролики по приятной цене.',
    },
  },
  {
    slug: 'kling-edit',
    kind: 'video',
    modes: ['video'],
    providerModel: 'kling-v3-omni',
    // As long as the film itself; the sound is the film's own.
    options: {
      duration: ['5', '3', '4', '6', '7', '8', '9', '10'],
      quality: ['std', 'pro'],
      audio: ['on', 'off'],
    },
    priceTokens: 1n,
    surcharge: { perSecond: 16n, percent: { quality: { pro: 134 } } },
    cost: { base: 0n, perSecond: 126_000n, percent: { quality: { pro: 134 } } },
    name: { en: 'Kling Edit', ru: 'Kling Edit' },
    description: {
      en: 'Changes your own video by your words and keeps its motion: 3 to 10 seconds.',
      ru: 'Меняет ваше видео по словам и сохраняет его движение: от 3 до 10 секунд.',
    },
  },
];
