import { z } from 'zod';
import { createImagesProvider } from './openai-images';
import { defineProvider } from './provider';

const settingsSchema = z.object({
  OPENAI_API_KEY: z.string().min(8).describe('Key of the OpenAI API.'),
  OPENAI_API_URL: z
    .url({ protocol: /^https?$/ })
    .describe("Instead of OpenAI's address; ends with /v1.")
    .optional(),
});

const sizes = ['auto', '1024x1024', '1536x1024', '1024x1536'];
const large = { '1536x1024': 150, '1024x1536': 150 };

/**
 * OpenAI's image models: words, or up to sixteen photos to change. The picture comes with the answer.
 * OpenAI neither dedupes nor lists such calls, so a lost answer stays unknown.
 */
export const openai = defineProvider({
  id: 'openai',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: false,
  models: [
    {
      slug: 'gpt-image',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'gpt-image-2',
      options: {
        size: sizes,
        quality: ['medium', 'low', 'high'],
        mask: ['off', 'on'],
        count: ['1', '2', '4'],
      },
      priceTokens: 4n,
      surcharge: { percent: { quality: { low: 30, high: 400 }, size: large } },
      // 1,056 tokens of picture in medium quality at 30 dollars a million; 272 in low, 4,160 in high.
      cost: { base: 31_700n, percent: { quality: { low: 26, high: 394 }, size: large } },
      inputsMax: 4,
      name: { en: 'GPT Image', ru: 'GPT Image' },
      description: {
        en: 'Follows long instructions to the letter and writes clean text in pictures.',
        ru: 'Точно следует длинным описаниям и чисто пишет текст на картинках.',
      },
    },
    {
      slug: 'gpt-image-mini',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'gpt-image-1-mini',
      options: {
        size: sizes,
        quality: ['medium', 'low', 'high'],
        background: ['auto', 'transparent', 'opaque'],
        mask: ['off', 'on'],
      },
      priceTokens: 2n,
      surcharge: { percent: { quality: { low: 50, high: 250 }, size: large } },
      cost: { base: 8_500n, percent: { quality: { low: 26, high: 394 }, size: large } },
      inputsMax: 4,
      name: { en: 'GPT Image Mini', ru: 'GPT Image Mini' },
      description: {
        en: 'Light and inexpensive; can leave the background out for stickers and logos.',
        ru: 'Лёгкая и недорогая; умеет прозрачный фон для стикеров и логотипов.',
      },
    },
  ],
  create: (settings, http) =>
    createImagesProvider(
      {
        apiKey: settings.OPENAI_API_KEY,
        baseURL: settings.OPENAI_API_URL,
        asksForBase64: false,
      },
      http,
    ),
});
