import type { ProviderAbility } from '../domain/model-rules';
import type { ProviderDefinition } from './provider';

/** What each adapter can do, read from the models it brings: the catalogue is checked against it. */
export function abilitiesOf(definitions: readonly ProviderDefinition[]): ProviderAbility[] {
  return definitions.map(({ id, models }) => {
    const kinds = [...new Set(models.map(({ kind }) => kind))];
    return {
      id,
      modes: Object.fromEntries(
        kinds.map((kind) => {
          const modes = models
            .filter((model) => model.kind === kind)
            .flatMap((model) => model.modes);
          return [kind, [...new Set(modes)]];
        }),
      ),
      inputsMax: Math.max(1, ...models.map(({ inputsMax = 1 }) => inputsMax)),
    };
  });
}
