import { z } from 'zod';
import { adapters, type Adapter } from './adapters';
import { environmentSchema, settingMeta } from './schema';
import { settingNames } from './settings';

const head = `# Settings of Easel. Copy this file to .env and remove the # before what you change.
# \`npm start\` needs none of them. Written by \`npm run env:example\`; do not edit by hand.
`;

/** The text of \`.env.example\`: every setting with its purpose and default. */
export function envExample(registered: readonly Adapter[] = adapters): string {
  const sections = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(environmentSchema.shape)) {
    const meta = settingMeta.get(schema);
    if (meta === undefined) throw new Error(`${name} has no purpose in src/config/schema.ts`);
    const value = defaultOf(schema) ?? meta.example ?? '';
    const entry = `${comment(meta.purpose)}\n# ${name}=${value}`;
    sections.set(meta.section, [...(sections.get(meta.section) ?? []), entry]);
  }
  for (const adapter of registered) {
    const names = settingNames(adapter);
    if (names.length === 0) continue;
    const title = `${adapter.kind === 'provider' ? 'Provider' : 'Payment system'} ${adapter.id}`;
    sections.set(title, [
      `${comment('On when these are set, off when none is.')}\n${names.map((name) => `# ${name}=`).join('\n')}`,
    ]);
  }
  const body = [...sections].map(
    ([title, entries]) => `\n# ---- ${title} ----\n\n${entries.join('\n\n')}\n`,
  );
  return head + body.join('');
}

function defaultOf(schema: z.ZodType): string | undefined {
  return schema instanceof z.ZodPrefault ? String(schema.def.defaultValue) : undefined;
}

/** Wraps a purpose into comment lines of at most 100 columns. */
function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > 98) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}
