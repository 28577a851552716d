import { providerDefinitions } from '../../src/providers/registry';

/**
 * submit: the provider has taken the job and its answer has not arrived. poll: the provider was asked
 * how the job is doing, or, where the result comes with the answer to the submit, is still making it.
 * store: the result is here and not recorded. deliver: it is in the chat and not recorded as sent.
 */
export const moments = ['submit', 'poll', 'store', 'deliver'] as const;
export type Moment = (typeof moments)[number];

export interface Case {
  readonly family: string;
  readonly moment: Moment;
}

/** Enough for every run of the tests: a family that is asked, and one that answers at once. */
const shortList: readonly Case[] = [
  { family: 'comfyui', moment: 'submit' },
  { family: 'comfyui', moment: 'store' },
  { family: 'gemini', moment: 'submit' },
  { family: 'gemini', moment: 'deliver' },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether `npm run kills` was typed. */
export function isByCommand(env: Environment): boolean {
  return env['EASEL_KILLS'] !== undefined;
}

/** What the command asks for; without it the short list. A family at a time. */
export function chosenCases(env: Environment): readonly Case[] {
  if (!isByCommand(env)) return shortList;
  const { EASEL_KILLS_FAMILY: family, EASEL_KILLS_MOMENT: moment } = env;
  const all = providerDefinitions.flatMap(({ id }) =>
    moments.map((each) => ({ family: id, moment: each })),
  );
  return all.filter(
    (each) =>
      (family === undefined || each.family === family) &&
      (moment === undefined || each.moment === moment),
  );
}

/** The command that repeats it. */
export function commandOf({ family, moment }: Case): string {
  return `npm run kills -- --family ${family} --moment ${moment}`;
}
