/** The labelled corpus, unfolded from its short terms, and what the rules make of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { moderate, textRules, type TextRule } from '../../src/domain/moderation/rules';
import { evasions } from './evasions';

type Mode = 'text' | 'photo';

export interface Labelled {
  readonly prompt: string;
  readonly mode: Mode;
  /** The rule that must refuse it; undefined for what is allowed. */
  readonly rule: TextRule | undefined;
  /** Where it stands in the tables. */
  readonly group: string;
}

const modes = z.array(z.enum(['text', 'photo']));
const template = z.object({
  modes,
  language: z.enum(['en', 'ru']),
  templates: z.array(z.string()),
  a: z.array(z.string()),
  m: z.array(z.string()).default(['']),
  p: z.array(z.string()).default(['']),
});
const forbiddenSchema = z.array(template.extend({ rule: z.enum(textRules) }));
const negativesSchema = z.record(z.enum(['en', 'ru', 'photo']), z.array(z.string()));

function read<T>(schema: z.ZodType<T>, name: string): T {
  return schema.parse(JSON.parse(readFileSync(join(__dirname, 'corpus', name), 'utf8')));
}

function unfold({ templates, a, m, p }: z.output<typeof template>): string[] {
  return templates.flatMap((each) =>
    a.flatMap((first) =>
      m.flatMap((minor) =>
        p.map((person) => each.replace('{a}', first).replace('{m}', minor).replace('{p}', person)),
      ),
    ),
  );
}

function forbidden(): Labelled[] {
  return read(forbiddenSchema, 'forbidden.json').flatMap((entry) =>
    unfold(entry).flatMap((prompt) =>
      entry.modes.map((mode) => ({
        prompt,
        mode,
        rule: entry.rule,
        group: `core ${entry.language}`,
      })),
    ),
  );
}

/** Every prompt of the core in each disguise that suits its language. */
function disguised(core: readonly Labelled[]): Labelled[] {
  return Object.entries(evasions).flatMap(([name, disguise]) =>
    core.flatMap((entry) => {
      // A name is told by its capitals, an account by its sign.
      if (entry.rule === 'sexual-person') return [];
      const prompt = disguise(entry.prompt);
      return prompt === undefined ? [] : [{ ...entry, prompt, group: `evasion: ${name}` }];
    }),
  );
}

function allowed(): Labelled[] {
  const negatives = read(negativesSchema, 'hard-negatives.json');
  const hard = Object.entries(negatives).flatMap(([group, prompts]) =>
    prompts.map((prompt) => ({
      prompt,
      mode: group === 'photo' ? ('photo' as const) : ('text' as const),
      rule: undefined,
      group: `hard negatives ${group}`,
    })),
  );
  const plain = read(z.array(template), 'allowed-templates.json').flatMap((entry) =>
    unfold(entry).map((prompt) => ({
      prompt,
      mode: 'text' as const,
      rule: undefined,
      group: `plain ${entry.language}`,
    })),
  );
  return [...hard, ...plain];
}

const heldOutSchema = z.array(
  z.object({
    rule: z.enum([...textRules, 'allowed']),
    language: z.enum(['en', 'ru', 'mixed']),
    mode: z.enum(['text', 'photo']),
    /** The disguise, where there is one. */
    group: z.string().optional(),
    prompts: z.array(z.string()),
  }),
);

/**
 * Prompts written without a look at the rules' words and frozen before their first run. What the rules
 * learned from them since, they cannot measure any more.
 */
function heldOut(name: string): Labelled[] {
  return read(heldOutSchema, name).flatMap(({ rule, language, mode, group, prompts }) =>
    prompts.map((prompt) => ({
      prompt,
      mode,
      rule: rule === 'allowed' ? undefined : rule,
      group: group ?? `${rule === 'allowed' ? rule : 'refused'} ${language}`,
    })),
  );
}

export interface Judged extends Labelled {
  readonly refusedBy: TextRule | undefined;
}

/** The corpus that grew with the rules, judged. */
export function judgeCorpus(): Judged[] {
  const core = forbidden();
  return [...core, ...disguised(core), ...allowed()].map(judged);
}

export const heldOutSets = ['held-out.json', 'held-out-second.json'] as const;

export function judgeHeldOut(name: (typeof heldOutSets)[number]): Judged[] {
  return heldOut(name).map(judged);
}

function judged(entry: Labelled): Judged {
  const verdict = moderate(entry);
  return { ...entry, refusedBy: verdict.allowed ? undefined : verdict.rule };
}
