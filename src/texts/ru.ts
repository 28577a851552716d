import type { en } from './en';
import type { Localized } from './localized';
import { alerts } from './ru/alerts';
import { bonus } from './ru/bonus';
import { bot } from './ru/bot';
import { cards, styles, units } from './ru/cards';
import { desk } from './ru/desk';
import { errors } from './ru/errors';
import { commands, invoice, keyboard, notices } from './ru/interface';
import { models } from './ru/models';
import { moderation } from './ru/moderation';
import { pay } from './ru/pay';
import { shop } from './ru/shop';
import { studio } from './ru/studio';
import { topUp } from './ru/top-up';

export const ru: Localized<typeof en> = {
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
};
