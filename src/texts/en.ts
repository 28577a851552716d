/** The source of every text key. The other languages must have the same shape, see localized.ts. */
import { alerts } from './en/alerts';
import { bonus } from './en/bonus';
import { bot } from './en/bot';
import { cards, styles, units } from './en/cards';
import { desk } from './en/desk';
import { errors } from './en/errors';
import { commands, invoice, keyboard, notices } from './en/interface';
import { models } from './en/models';
import { moderation } from './en/moderation';
import { pay } from './en/pay';
import { shop } from './en/shop';
import { studio } from './en/studio';
import { topUp } from './en/top-up';

export const en = {
  bot,
  bonus,
  alert: alerts,
  models,
  moderation,
  error: errors,
  unit: units,
  style: styles,
  card: cards,
  keyboard,
  invoice,
  pay,
  shop,
  studio,
  topUp,
  desk,
  notice: notices,
  command: commands,
} as const;
