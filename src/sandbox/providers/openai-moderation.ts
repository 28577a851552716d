/**
 * OpenAI's moderation model. `[flag: sexual=0.9]` in the words scores them; of pictures, those that
 * are all magenta count as sexual.
 */
import sharp from 'sharp';
import { z } from 'zod';
import { json, jsonBody, type Answer, type Route } from './frame/http-server';
import type { Frame } from './frame/stand-in';

const exhibitSchema = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('image_url'),
    image_url: z.object({ url: z.string().startsWith('data:image/') }),
  }),
]);
const moderationSchema = z.object({ model: z.string(), input: z.array(exhibitSchema).length(1) });

type Scores = Record<string, number>;

const quiet: Scores = { sexual: 0.001, 'sexual/minors': 0.001, 'violence/graphic': 0.001 };

function scoresOfWords(text: string): Scores {
  const found = [...text.matchAll(/\[flag: ([a-z/-]+)=(0?\.\d+|1)\]/g)];
  return Object.fromEntries(found.map(([, name = '', score]) => [name, Number(score)]));
}

async function scoresOfPicture(dataUrl: string): Promise<Scores> {
  const bytes = Buffer.from(dataUrl.split(',')[1] ?? '', 'base64');
  const { channels } = await sharp(bytes).stats();
  const magenta = [255, 0, 255];
  const isMagenta = channels.every(({ mean }, at) => Math.abs(mean - (magenta[at] ?? 0)) < 40);
  return isMagenta ? { sexual: 0.95 } : {};
}

export function moderationRoute(
  { step }: Frame,
  problem: (status: number, message: string) => Answer,
): Route {
  return {
    method: 'POST',
    path: /^\/v1\/moderations$/,
    async answer(call) {
      const asked = moderationSchema.safeParse(jsonBody(call));
      if (!asked.success) return problem(400, z.prettifyError(asked.error));
      const { model, input } = asked.data;
      // Nothing is made here, so what is ordered for questions strikes it.
      return step('status', { reference: '', model, prompt: '' }, async () => {
        const [exhibit] = input;
        const found =
          exhibit?.type === 'image_url'
            ? await scoresOfPicture(exhibit.image_url.url)
            : scoresOfWords(exhibit?.text ?? '');
        const scores: Scores = { ...quiet, ...found };
        const categories = Object.entries(scores).map(([name, score]) => [name, score > 0.5]);
        const flagged = Object.values(scores).some((score) => score > 0.5);
        const result = {
          flagged,
          categories: Object.fromEntries(categories) as Record<string, boolean>,
          category_scores: scores,
        };
        return json({ id: 'modr-1', model: 'omni-moderation-2024-09-26', results: [result] });
      });
    },
  };
}
