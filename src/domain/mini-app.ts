/**
 * What the Mini App may offer where. Telegram wants digital goods sold for Stars only, and the shops of
 * phones enforce it: there other ways to pay are the owner's risk.
 */
export const otherMethodsRules = ['never', 'desktop', 'always'] as const;

/** When ways to pay other than Stars are shown. */
export type OtherMethodsRule = (typeof otherMethodsRules)[number];

/** As Telegram's own apps call themselves; what is not listed may be a phone. */
const desktops: readonly string[] = ['tdesktop', 'macos', 'weba', 'webk', 'web'];

/** `platform` is the app's own word and proves nothing; a person only ever fools themselves by it. */
export function showsOtherMethods(rule: OtherMethodsRule, platform: string): boolean {
  return rule === 'always' || (rule === 'desktop' && desktops.includes(platform));
}
