import { z } from 'zod';
import { createImagesProvider } from './openai-images';
import { defineProvider } from './provider';

const settingsSchema = z.object({
  LOCAL_OPENAI_URL: z
    .url({ protocol: /^https?$/ })
    .describe('Address of an image server of your own that speaks as OpenAI does; ends with /v1.'),
  LOCAL_OPENAI_KEY: z.string().min(1).describe('Its key, if it wants one.').default('none'),
});

/** An image server on one's own machine that speaks OpenAI's wire, such as stable-diffusion.cpp. */
export const localOpenai = defineProvider({
  id: 'local-openai',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: false,
  // One graphics card paints one picture at a time.
  concurrencyMax: 1,
  models: [
    {
      slug: 'local-image',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'default',
      options: { size: ['1024x1024', '768x768', '512x512'] },
      priceTokens: 1n,
      name: { en: 'House Painter', ru: 'Домашний художник' },
      description: {
        en: 'Paints on our own machine: simple, private and cheap.',
        ru: 'Рисует на нашем собственном сервере: просто, приватно и дёшево.',
      },
    },
  ],
  create: (settings, http) =>
    createImagesProvider(
      {
        apiKey: settings.LOCAL_OPENAI_KEY,
        baseURL: settings.LOCAL_OPENAI_URL,
        asksForBase64: true,
      },
      http,
    ),
});
