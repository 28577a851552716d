import type { SeedModel } from './provider';

/** One of each family; all three are the relief for the makers' own doors. */
export const falModels: readonly SeedModel[] = [
  {
    slug: 'fal-nano-banana',
    kind: 'image',
    modes: ['text', 'photo'],
    providerModel: 'fal-ai/nano-banana-2',
    options: {
      aspect: ['auto', '1:1', '3:2', '2:3', '4:3', '3:4', '16:9', '9:16'],
      size: ['1K', '2K', '4K'],
    },
    priceTokens: 5n,
    surcharge: { percent: { size: { '2K': 150, '4K': 200 } } },
    cost: { base: 39_000n, percent: { size: { '2K': 150, '4K': 200 } } },
    inputsMax: 4,
    name: { en: 'Nano Banana (fal)', ru: 'Nano Banana (fal)' },
    description: {
      en: 'The same quick painter by another door: draws, edits and joins photos.',
      ru: 'Тот же быстрый художник через другую дверь: рисует, правит и соединяет фото.',
    },
  },
  {
    slug: 'fal-veo-fast',
    kind: 'video',
    modes: ['text', 'photo'],
    providerModel: 'fal-ai/veo3.1/fast',
    options: {
      aspect: ['16:9', '9:16'],
      duration: ['8', '6', '4'],
      resolution: ['720p', '1080p'],
      audio: ['off', 'on'],
    },
    priceTokens: 1n,
    surcharge: { perSecond: 13n, percent: { audio: { on: 150 } } },
    cost: { base: 0n, perSecond: 100_000n, percent: { audio: { on: 150 } } },
    name: { en: 'Veo Fast (fal)', ru: 'Veo Fast (fal)' },
    description: {
      en: 'Films by Veo, quick and with sound if you like.',
      ru: 'Ролики от Veo: быстро и при желании со звуком.',
    },
  },
  {
    slug: 'fal-kling-3',
    kind: 'video',
    modes: ['text', 'photo'],
    providerModel: 'fal-ai/kling-video/v3/standard',
    options: { aspect: ['16:9', '9:16', '1:1'], duration: ['5', '10'], audio: ['off', 'on'] },
    priceTokens: 1n,
    surcharge: { perSecond: 11n, percent: { audio: { on: 150 } } },
    cost: { base: 0n, perSecond: 84_000n, percent: { audio: { on: 150 } } },
    name: { en: 'Kling 3 (fal)', ru: 'Kling 3 (fal)' },
    description: {
      en: 'Kling 3 by another door, from words or a photo.',
      ru: 'Kling 3 через другую дверь, по словам или фото.',
    },
  },
  {
    slug: 'fal-kling-edit',
    kind: 'video',
    modes: ['video'],
    providerModel: 'fal-ai/kling-video/o3/standard',
    // As long as the film itself; the sound is the film's own.
    options: { duration: ['5', '3', '4', '6', '7', '8', '9', '10'], audio: ['on', 'off'] },
    priceTokens: 1n,
    surcharge: { perSecond: 16n },
    cost: { base: 0n, perSecond: 126_000n },
    name: { en: 'Kling Edit (fal)', ru: 'Kling Edit (fal)' },
    description: {
      en: 'Changes your own video by your words, by another door: 3 to 10 seconds.',
      ru: 'Меняет ваше видео по словам, через другую дверь: от 3 до 10 секунд.',
    },
  },
];
