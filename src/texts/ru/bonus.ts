import type { Localized } from '../localized';
import type { bonus as source } from '../en/bonus';

export const bonus: Localized<typeof source> = {
  promo: {
    ask: '🎟 <b>Промокод</b>\nПришлите его одним сообщением или так: <code>/promo КОД</code>',
    tokens: '🎉 <b>Код сработал, вам зачислено: {{tokens}}</b>\nБаланс: <b>{{balance}}</b>',
    percent_off:
      '🎟 <b>{{code}}: скидка {{percent}}% на следующую покупку</b>\nЦены в /buy уже снижены.',
    percent_extra:
      '🎟 <b>{{code}}: на {{percent}}% больше токенов со следующей покупкой</b>\nОни придут вместе с ней.',
    title: '🎟 <b>Промокоды</b>',
    none: 'пока нет',
    line: '{{mark}} <code>{{code}}</code> · {{what}} · {{used}}/{{most}} · до {{until}}',
    gives: {
      percent_off: 'скидка {{value}}%',
      percent_extra: 'больше на {{value}}%',
      tokens: 'токенов: {{value}}',
    },
    created: '✅ Код <code>{{code}}</code> уже работает.',
    usage: [
      'Так:',
      '<code>/promo new &lt;код&gt; off|extra|tokens &lt;сколько&gt; [max=100] [each=1] [until=2027-01-31] &lt;причина&gt;</code>',
      '<code>/promo list</code>',
      '<code>/promo on|off &lt;код&gt; &lt;причина&gt;</code>',
      'off: скидка в процентах (1-90). extra: больше токенов, в процентах (1-500). tokens: токены сразу.',
    ].join('\n'),
  },
  referral: {
    title: '🤝 <b>Приглашайте друзей</b>',
    titlePaid:
      '🤝 <b>Приглашайте друзей</b>\nС каждой их покупки вы получаете {{percent}}% токенов.',
    link: 'Ваша ссылка:\n<code>{{link}}</code>',
    friends: 'Пришли по ней: <b>{{friends, number}}</b>',
    earned: 'Заработано: <b>{{tokens}}</b>',
    joined: '🤝 По вашей ссылке пришёл новый человек.',
    earnedNow:
      '🤝 <b>Ваш друг купил токены, вам зачислено: {{tokens}}</b>\nБаланс: <b>{{balance}}</b>',
    welcome: '🤝 Вы пришли по ссылке друга.',
    self: 'Это ваша собственная ссылка: она работает для друзей, которых здесь ещё не было.',
    copy: '📋 Скопировать ссылку',
    share: '📨 Отправить другу',
  },
  daily: {
    given: '🎁 <b>Подарок сегодня: {{tokens}}</b>',
    taken: '🎁 <b>Сегодняшний подарок уже у вас</b>\nСледующий будет примерно через {{hours}} ч.',
    streak: '{{bar}} день {{day}} из {{of}}',
    next: 'Завтра: {{tokens}}. Пропущенный день начинает неделю заново.',
    off: 'Сейчас ежедневных подарков нет.',
  },
};
