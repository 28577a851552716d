/** Choosing a model: what each is good for, and what it costs. */
import type { Language, Translate } from '../texts/texts';
import type { Card } from './client';
import { excerpt } from './excerpt';
import { button, cancelDraft, rows } from './keyboards';

/** A model as offered to a person; words by language, as the catalogue keeps them. */
export interface OfferedModel {
  readonly slug: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly description: Readonly<Record<Language, string>>;
  readonly priceTokens: bigint;
}

const DESCRIBED_MAX = 12;
const DESCRIPTION_SHOWN_MAX = 200;

export function modelsCard(t: Translate, models: readonly OfferedModel[]): Card {
  const about = models.slice(0, DESCRIBED_MAX).map(({ name, description }) =>
    t('studio.model', {
      name: name[t.language],
      description: excerpt(description[t.language], DESCRIPTION_SHOWN_MAX),
    }),
  );
  const offers = models.map((model) => {
    const price = t.plain('unit.tokens', { count: model.priceTokens });
    const label = t.plain('keyboard.model', { name: model.name[t.language], price });
    return [button(label, { type: 'model', slug: model.slug })];
  });
  return {
    text: [t('bot.create.model'), ...about].join('\n\n'),
    keyboard: rows([...offers, [cancelDraft(t)]]),
  };
}
