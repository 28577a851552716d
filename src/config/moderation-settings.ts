/** How strict moderation is. The text rules themselves cannot be switched off. */
import { z } from 'zod';
import { setting, wholeNumber } from './setting';

const moderation = 'Moderation';
const entry = '[a-z-]+(/[a-z]+)?=([1-9]\\d?|100)';

export const moderationSettings = {
  MODERATION_THRESHOLDS: setting(
    z
      .string()
      .regex(
        new RegExp(`^\\s*${entry}(\\s*,\\s*${entry})*\\s*$`),
        'must be categories with percents, for example sexual/minors=15,sexual=60',
      )
      .transform((text) =>
        Object.fromEntries(
          text.split(',').map((pair): [string, number] => {
            const [category = '', percent] = pair.trim().split('=');
            return [category, Number(percent)];
          }),
        ),
      )
      .refine(
        (lines) => (lines['sexual/minors'] ?? 100) <= 50 && (lines['sexual'] ?? 100) <= 90,
        'must refuse sexual/minors from 50 or less and sexual from 90 or less',
      )
      .prefault(
        'sexual/minors=15,sexual=60,violence/graphic=90,self-harm/intent=70,' +
          'self-harm/instructions=50,illicit/violent=80',
      ),
    {
      section: moderation,
      purpose:
        "From which certainty, in percent, OpenAI's moderation model refuses; it is asked when " +
        'OPENAI_API_KEY is set. About photos half is enough for what is sexual. The local picture ' +
        'model knows only sexual.',
    },
  ),
  MODERATION_PICTURES: setting(
    z.enum(['local', 'off'], { error: 'must be local or off' }).prefault('local'),
    {
      section: moderation,
      purpose:
        'Who looks at pictures and films when OPENAI_API_KEY is not set: local for the model that comes ' +
        'with Easel (some 150 MB in each worker process, 0.1 s a picture), off for nobody.',
    },
  ),
  MODERATION_FFMPEG: setting(z.string().optional(), {
    section: moderation,
    purpose:
      'A maintained ffmpeg with which films that people send are opened to be looked at. Without it ' +
      'only films that were made are: the one inside Easel is too old for files of strangers.',
    example: '/usr/bin/ffmpeg',
  }),
  MODERATION_STRIKES: setting(wholeNumber(0, 100).prefault('3'), {
    section: moderation,
    purpose: 'After how many grave refusals a person is suspended; 0 for never.',
  }),
  MODERATION_STRIKE_DAYS: setting(wholeNumber(1, 366).prefault('30'), {
    section: moderation,
    purpose: 'How many days a grave refusal counts.',
  }),
};
