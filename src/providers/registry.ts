import { z } from 'zod';
import { comfyui } from './comfyui';
import { fal } from './fal';
import { gemini } from './gemini';
import { kling } from './kling';
import { localOpenai } from './local-openai';
import { omni } from './omni';
import { openai } from './openai';
import type { HttpClient, Provider, ProviderDefinition } from './provider';
import { sandbox } from './sandbox';
import { veo } from './veo';

/** Every provider Easel knows. Adding one is its file and a word in this line. */
export const providerDefinitions: readonly ProviderDefinition[] = [
  sandbox,
  gemini,
  veo,
  omni,
  openai,
  kling,
  fal,
  comfyui,
  localOpenai,
];

/** A provider that can be used now. */
export interface ReadyProvider {
  readonly definition: ProviderDefinition;
  readonly provider: Provider;
}

export interface Providers {
  readonly ready: ReadonlyMap<string, ReadyProvider>;
  /** Providers without settings; `reason` names what would turn them on. */
  readonly off: readonly { readonly id: string; readonly reason: string }[];
}

type Env = Readonly<Record<string, string | undefined>>;

function settingNames(definition: ProviderDefinition): string[] {
  if (!(definition.settings instanceof z.ZodObject)) {
    throw new Error(`the settings of provider ${definition.id} must be a z.object`);
  }
  return Object.keys(definition.settings.shape);
}

// An empty line in .env means the same as no line.
function settingsOf(names: readonly string[], env: Env): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/**
 * Makes every provider ready whose settings are there. A provider with only some of its settings is
 * a mistake: throws one error that lists all of them, by name and never by value.
 */
export function createProviders(
  env: Env,
  http: HttpClient,
  definitions: readonly ProviderDefinition[] = providerDefinitions,
): Providers {
  const ready = new Map<string, ReadyProvider>();
  const off: { id: string; reason: string }[] = [];
  const problems: string[] = [];
  for (const definition of definitions) {
    const names = settingNames(definition);
    const given = settingsOf(names, env);
    if (Object.keys(given).length === 0) {
      off.push({ id: definition.id, reason: `set ${names.join(', ')} to turn it on` });
      continue;
    }
    const parsed = definition.settings.safeParse(given);
    if (parsed.success) {
      ready.set(definition.id, { definition, provider: definition.create(parsed.data, http) });
      continue;
    }
    for (const issue of parsed.error.issues) {
      problems.push(`${definition.id}: ${issue.path.join('.')}: ${issue.message}`);
    }
  }
  if (problems.length > 0) throw new Error(`Provider settings: ${problems.join('; ')}`);
  return { ready, off };
}
