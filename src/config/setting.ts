/** How one setting is described: its form, and what it is for. */
import { z } from 'zod';

/** What the settings page says of one setting. */
export interface SettingMeta {
  /** Heading in `.env.example`. */
  readonly section: string;
  /** What it is for, in one or two sentences. */
  readonly purpose: string;
  /** Secrets are never echoed, logged or written to `.env.example`. */
  readonly secret?: boolean;
  /** Shown in `.env.example` where there is no default. */
  readonly example?: string;
}

/** Where the meta of each schema is kept; a plain `.meta()` would leak it into OpenAPI. */
export const settingMeta = z.registry<SettingMeta>();

/** Notes what a setting is for. */
export function setting<T extends z.ZodType>(schema: T, meta: SettingMeta): T {
  settingMeta.add(schema, meta);
  return schema;
}

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number, digits only')
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be between ${least} and ${most}`);

export const port = () => wholeNumber(0, 65_535);

export const seconds = (most: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of seconds, for example 900')
    .transform((text) => Math.round(Number(text) * 1000))
    .refine((ms) => ms > 0 && ms <= most * 1000, `must be above 0 and at most ${most} seconds`);

export const httpUrl = () =>
  z
    .string()
    .refine((text) => isHttpUrl(text), 'must be an address starting with http:// or https://')
    .transform((text) => text.replace(/\/+$/, ''));

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
