import type { Localized } from '../localized';
import type {
  cards as sourceCards,
  styles as sourceStyles,
  units as sourceUnits,
} from '../en/cards';

export const units: Localized<typeof sourceUnits> = {
  tokens_one: '{{count, number}} токен',
  tokens_few: '{{count, number}} токена',
  tokens_many: '{{count, number}} токенов',
  tokens_other: '{{count, number}} токена',
  stars_one: '{{count, number}} звезда',
  stars_few: '{{count, number}} звезды',
  stars_many: '{{count, number}} звёзд',
  stars_other: '{{count, number}} звезды',
};

export const styles: Localized<typeof sourceStyles> = {
  anime: 'Аниме',
  oil: 'Масло',
  watercolour: 'Акварель',
  pencil: 'Карандаш',
  popart: 'Поп-арт',
};

export const cards: Localized<typeof sourceCards> = {
  confirm: {
    image: '🎨 <b>Создать эту картинку?</b>',
    video: '🎬 <b>Создать это видео?</b>',
    prompt: '<blockquote>{{prompt}}</blockquote>',
    style: 'Стиль: {{style}}',
    model: 'Модель: {{model}}',
    price: 'Цена: <b>{{price}}</b>',
    balance: 'Баланс: {{balance}}',
  },
  status: {
    image: '🎨 <b>Создаю картинку</b>',
    video: '🎬 <b>Создаю видео</b>',
    queued: '⏳ В очереди, сейчас начнётся.',
    working: '{{bar}} {{percent}}%',
    standIn: '🔁 {{model}} не отвечает, поэтому сделает {{other}}. Цена остаётся прежней.',
    hint: 'Чат можно закрыть: результат придёт сюда.',
  },
  done: '✅ Готово, вот результат:',
  result: {
    image: '✨ <b>Картинка готова</b>',
    video: '✨ <b>Видео готово</b>',
    prompt: '<blockquote>{{prompt}}</blockquote>',
    model: 'Модель: {{model}}',
    price: 'Цена: {{price}}',
    balance: 'Баланс: {{balance}}',
  },
  large: {
    link: '📦 В файле {{megabytes}} МБ – больше, чем Telegram принимает от бота. <a href="{{link}}">Скачайте его здесь</a>: ссылка работает сутки, а /history даст новую.',
    noLink:
      '📦 В файле {{megabytes}} МБ – больше, чем Telegram принимает от бота, а своего адреса для скачивания у бота нет. Файл хранится для вас: напишите в /paysupport, и администратор передаст его или вернёт токены.',
  },
  ended: {
    image: '😔 <b>Картинка не получилась</b>',
    video: '😔 <b>Видео не получилось</b>',
    cancelled: '🛑 <b>Остановлено</b>',
    returned: '↩️ Снова на балансе: <b>{{tokens}}</b>',
  },
  paid: {
    title: '🎉 <b>Спасибо, оплата получена</b>',
    added: 'Зачислено: <b>{{tokens}}</b>',
    bonus: '🎁 И подарок: <b>{{tokens}}</b>',
    balance: 'Баланс: <b>{{balance}}</b>',
  },
  refundedPayment: {
    title: '↩️ <b>Ваш платёж возвращён</b>',
    titleOfPart: '↩️ <b>Ваш платёж возвращён частично</b>',
    money: 'Возвращено вам: <b>{{stars}}</b>',
    tokens: 'Снято с баланса: {{tokens}}',
    bonus: 'И от подарка к покупке: {{tokens}}',
    debt: 'Уже потрачено, будет учтено при следующей покупке: {{tokens}}',
    balance: 'Баланс: <b>{{balance}}</b>',
  },
  refundedGeneration: {
    title: '↩️ <b>Мы вернули токены за результат</b>',
    tokens: 'Возвращено: <b>{{tokens}}</b>',
    balance: 'Баланс: <b>{{balance}}</b>',
  },
  expiredPayment: '⌛ <b>Срок счёта истёк</b>',
  heldPayment: {
    title: '⚠️ <b>Платёж придержан</b>',
    explanation:
      'Пришедшие деньги не совпадают с заказом, поэтому токены не зачислены. Посмотрите платёж, затем верните его или зачислите вручную.',
  },
  refundOutcome: {
    settled: '✅ <b>Возврат сделан</b>',
    refused: '⚠️ <b>Возврат не сделан</b>',
    id: 'Возврат: <code>{{id}}</code>',
  },
  subject: 'За что: <code>{{subject}}</code>',
};
