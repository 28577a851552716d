import type { Translate } from '../texts/texts';

const known = ['stars', 'yookassa', 'yoomoney', 'cryptobot', 'heleket', 'stripe', 'card'] as const;

/** How people call a way to pay; plain text. One added later is called by its id until it has a name. */
export function methodName(t: Translate, system: string): string {
  const name = known.find((each) => each === system);
  return name === undefined ? system : t.plain(`shop.method.${name}`);
}
