import type { Localized } from '../localized';
import type {
  commands as sourceCommands,
  invoice as sourceInvoice,
  keyboard as sourceKeyboard,
  notices as sourceNotices,
} from '../en/interface';

export const keyboard: Localized<typeof sourceKeyboard> = {
  createImage: '🎨 Создать картинку',
  createVideo: '🎬 Создать видео',
  balance: '💎 Баланс',
  buy: '⭐ Купить токены',
  daily: '🎁 Подарок дня',
  referral: '🤝 Пригласить друга',
  history: '🗂 История',
  language: '🌐 Язык / Language',
  help: '💡 Помощь',
  menu: '🏠 Главное меню',
  confirm: '✅ Создать · {{price}}',
  restyle: '🖌 Другой стиль',
  remodel: '🤖 Другая модель',
  cancelDraft: '✖️ Отмена',
  cancelGeneration: '🛑 Остановить',
  again: '🔁 Ещё раз',
  vary: '🎲 Вариация',
  use: '🖼 Взять за основу',
  report: '🚩 Пожаловаться',
  tryAgain: '🔁 Попробовать снова',
  words: '✍️ Своими словами',
  model: '{{name}} · {{price}}',
  pack: '{{tokens}} · ⭐ {{stars, number}}',
  older: 'Раньше ➡️',
  newest: '⏫ К новым',
};

export const invoice: Localized<typeof sourceInvoice> = {
  title_one: '{{count, number}} токен',
  title_few: '{{count, number}} токена',
  title_many: '{{count, number}} токенов',
  title_other: '{{count, number}} токена',
  description_one:
    '{{count, number}} токен для картинок и видео в этом боте. Появится на балансе сразу после оплаты.',
  description_few:
    '{{count, number}} токена для картинок и видео в этом боте. Появятся на балансе сразу после оплаты.',
  description_many:
    '{{count, number}} токенов для картинок и видео в этом боте. Появятся на балансе сразу после оплаты.',
  description_other:
    '{{count, number}} токена для картинок и видео в этом боте. Появятся на балансе сразу после оплаты.',
};

export const notices: Localized<typeof sourceNotices> = {
  oldButton: 'Это кнопка из старого сообщения. Меню: /start',
  ordered: 'Начинаю!',
  stopping: 'Останавливаю…',
  finishedAlready: 'Это уже завершено.',
  reported: 'Спасибо! Мы передали жалобу и посмотрим.',
};

export const commands: Localized<typeof sourceCommands> = {
  start: 'Главное меню',
  templates: 'Идеи: с чего начать',
  buy: 'Купить токены',
  balance: 'Мой баланс',
  pay: 'Мои платежи',
  daily: 'Подарок каждый день',
  promo: 'Ввести промокод',
  ref: 'Пригласить друзей',
  history: 'Мои картинки и видео',
  cancel: 'Отменить то, что я делаю',
  language: 'Язык / Language',
  help: 'Как это работает',
  terms: 'Условия использования',
  paysupport: 'Помощь с оплатой',
  privacy: 'Что мы о вас храним',
  refund: 'Вернуть платёж или генерацию',
  stats: 'Статистика',
  models: 'Модели и цены',
  ab: 'A/B-эксперименты',
  providers: 'Провайдеры и бюджеты',
  userinfo: 'Что известно о человеке',
  addtokens: 'Начислить человеку токены',
  ban: 'Закрыть человеку доступ',
  unban: 'Снова открыть человеку доступ',
  packs: 'Пакеты и цены',
  card: 'Банковские переводы',
  held: 'Платежи, ждущие решения',
  byhand: 'Деньги к возврату вручную',
};
