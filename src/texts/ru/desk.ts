import type { Localized } from '../localized';
import type { desk as source } from '../en/desk';

export const desk: Localized<typeof source> = {
  none: 'сейчас ничего нет',
  card: {
    ask: '📎 <b>Пришлите чек</b>\nФото, файл или несколько слов следующим сообщением. Администратор посмотрит и подтвердит оплату.',
    passedOn: '✅ Передано. Как только деньги подтвердят, вы узнаете об этом здесь.',
    transfer:
      'Переведите ровно эту сумму и укажите в назначении <code>{{reference}}</code>, затем нажмите кнопку и пришлите чек. Проверка ручная, обычно в течение дня.',
    message: '💬 <b>О вашем переводе {{reference}}</b>\n<blockquote>{{words}}</blockquote>',
    rejected:
      '😔 <b>Ваш перевод {{reference}} не подтверждён</b>\n<blockquote>{{words}}</blockquote>\nЕсли вы заплатили, напишите нам: /paysupport',
    admin:
      '🏦 <b>Банковский перевод: {{price}}</b>\nЗа {{tokens}}\nОт: <a href="tg://user?id={{telegramId}}">{{name}}</a>, <code>{{telegramId}}</code>\nНазначение: <code>{{reference}}</code>',
    words: '<blockquote>{{words}}</blockquote>',
    state: {
      confirmed: '⚠️ Уже подтверждён.',
      rejected: '⚠️ Был отклонён.',
      expired: '⚠️ Его срок вышел; подтвердить ещё можно.',
    },
    asks: {
      confirm:
        '🏦 <b>{{reference}}: {{price}}</b>\nНапишите сумму, которую показывает банк, и номер перевода там, например:\n<code>249,00 TR-778</code>',
      reject:
        '🏦 <b>{{reference}}: {{price}}</b>\nПочему он не подтверждён? Человек прочитает ваши слова.',
      say: '🏦 <b>{{reference}}: {{price}}</b>\nЧто написать человеку?',
    },
    button: {
      confirm: '✅ Деньги пришли: подтвердить',
      reject: '❌ Отклонить',
      say: '💬 Написать человеку',
    },
    label: '{{mark}} {{date}} · {{price}} · {{reference}}',
    confirmed:
      '✅ Перевод <code>{{bank}}</code> за <code>{{reference}}</code> записан. Если сумма верна, токены будут зачислены; если нет, он ждёт решения в /held.',
    title: '🏦 <b>Банковские переводы</b>',
    line: '{{mark}} {{date}} · {{price}} · <code>{{reference}}</code>',
    usage: [
      'Так:',
      '<code>/card confirm &lt;назначение&gt; &lt;сумма&gt; &lt;номер перевода&gt;</code>',
      '<code>/card reject &lt;назначение&gt; &lt;причина&gt;</code>',
      '<code>/card say &lt;назначение&gt; &lt;слова человеку&gt;</code>',
    ].join('\n'),
  },
  held: {
    title: '🔎 <b>Платежи, которые ждут решения</b>',
    card: '🔎 <b>{{paid}}</b>, {{system}}, {{date}}\n{{reason}}\nПлатёж: <code>{{payment}}</code>\nСписание: <code>{{charge}}</code>',
    unmatched: 'Здесь нет платежа, к которому это относится: верните деньги в платёжной системе.',
    why: '<b>{{what}}</b>\nПочему? Следующее сообщение решает дело и останется в журнале.',
    sent: '✅ «{{what}}» отправлено платежу <code>{{payment}}</code>.',
    label: '{{paid}} · {{system}} · {{reason}}',
    decide: '🔎 Решить',
    reason: {
      test: 'тест',
      'foreign-shop': 'чужой магазин',
      frozen: 'заморожен',
      underpaid: 'недоплата',
      overpaid: 'переплата',
      currency: 'другая валюта',
      disputed: 'оспорен',
      unmatched: 'нет заказа',
      'part-refunded': 'частично возвращён',
    },
    button: {
      credit: '✅ Зачислить весь заказ',
      credit_paid: '⚖️ Зачислить на то, что оплачено',
      return: '↩️ Вернуть деньги',
      dismiss: '🗑 Закрыть: зачислять и возвращать нечего',
    },
  },
  byHand: {
    title: '✋ <b>Деньги, которые нужно вернуть вручную</b>',
    line: '{{amount}} · <code>{{id}}</code>',
    usage:
      'Так: <code>/byhand &lt;id платежа&gt;:&lt;id возврата&gt; done|failed &lt;причина&gt;</code>',
  },
  again:
    'Это не читается. В причине не больше 500 знаков, а перевод пишется так: <code>249,00 TR-778</code>.',
  calledOff: 'Ничего не сделано.',
  callOff: '✖️ Ничего не делать',
  answer: '💬 Ответить',
};
