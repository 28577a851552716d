import type { moderation as english } from '../en/moderation';
import type { Localized } from '../localized';

export const moderation: Localized<typeof english> = {
  suspended:
    '⛔ <b>Ваш доступ приостановлен</b>\nНесколько ваших запросов нарушили правила, из которых Easel не делает исключений:',
  mayAppeal:
    'Ваши токены остаются вашими. Если это ошибка, нажмите кнопку: запрос посмотрит человек.',
  appealed: '📨 <b>Ваше обращение у администраторов</b>\nОтвет придёт сюда.',
  known: 'Ваше обращение уже получено',
  lifted: '✅ <b>Доступ снова открыт</b>\nАдминистраторы согласились с вами: /start',
  upheld:
    '⛔ <b>Решение осталось в силе</b>\nАдминистраторы посмотрели ещё раз. Вопросы: /paysupport',
  admin:
    '⚖️ <b>Обращение о приостановке доступа</b>\nЧеловек: <code>{{telegramId}}</code>\nПоследний отказ: <code>{{generation}}</code>',
  decided: '⚖️ Решено: {{what}}. Человек: <code>{{telegramId}}</code>',
  button: {
    appeal: '⚖️ Обжаловать',
    lift: '✅ Вернуть доступ',
    uphold: '⛔ Оставить в силе',
  },
  reason: {
    'sexual-minors': 'сексуальное с участием несовершеннолетних',
    'non-consensual': 'сексуальное против воли человека',
    undress: 'раздевание людей',
    'sexual-person': 'сексуальное с реальными людьми',
  },
} as const;
