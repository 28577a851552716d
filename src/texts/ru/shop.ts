import type { Localized } from '../localized';
import type { shop as source } from '../en/shop';

export const shop: Localized<typeof source> = {
  methods: '💳 <b>Купить токены</b>\nКак вам удобнее заплатить?',
  method: {
    stars: '⭐ Звёзды Telegram',
    yookassa: '🇷🇺 Карта или СБП (ЮKassa)',
    yoomoney: '🇷🇺 ЮMoney',
    cryptobot: '🪙 CryptoBot (USDT, TON, BTC)',
    heleket: '🪙 Криптовалюта (Heleket)',
    stripe: '🌍 Зарубежная карта (Stripe)',
    card: '🏦 Банковский перевод',
  },
  shelf: '💳 <b>Купить токены</b>\n{{method}}. Выберите пакет.',
  promo: {
    percent_off: '🎟 {{code}}: скидка {{percent}}%, цены уже с ней.',
    percent_extra: '🎟 {{code}}: токенов будет больше на {{percent}}%.',
  },
  custom: {
    ask: '✏️ <b>Сколько токенов?</b>\nПришлите число от {{least, number}} до {{most, number}}. Чем больше, тем дешевле: от {{dear}} до {{cheap}} за один.',
    offer: '💎 <b>{{tokens}} за {{price}}</b>\nЭто {{each}} за один.',
    outside:
      'Так можно купить от {{least, number}} до {{most, number}} токенов. Пришлите, пожалуйста, другое число.',
  },
  email: {
    ask: '✉️ <b>Куда прислать чек?</b>\nПри этом способе оплаты закон требует чек. Пришлите адрес электронной почты одним сообщением; он нужен только для чеков.',
    wrong:
      'Это не похоже на адрес почты. Пришлите его, пожалуйста, так: <code>name@example.org</code>',
    kept: '✉️ Чеки будут приходить на {{email}}.',
  },
  payments: {
    title: '🧾 <b>Ваши платежи</b>',
    none: 'пока нет',
    line: '{{date}} · {{tokens}} · {{price}} · {{status}}\n<code>{{id}}</code>',
    receipts: '✉️ Чеки приходят на {{email}}.',
  },
  status: {
    created: 'готовится',
    invoiced: 'ждёт оплаты',
    paid: 'оплачен',
    expired: 'истёк',
    failed: 'не получился',
    refunded: 'возвращён',
    part_refunded: 'возвращён частично',
    held: 'проверяется',
    closed: 'закрыт без токенов',
  },
  button: {
    offer: '{{tokens}} · {{price}}',
    custom: '✏️ Другое количество',
    promo: '🎟 Промокод',
    payments: '🧾 Мои платежи',
    paid: '✅ Я оплатил(а) · {{price}}',
    email: '✉️ Изменить адрес для чеков',
  },
  notice: {
    paid: 'Этот платёж уже пришёл.',
    over: 'Этот счёт уже нельзя оплатить. Если вы заплатили, деньги всё равно будут зачислены.',
  },
  packs: {
    title: '🏷 <b>Пакеты и цены</b>',
    shelf: '<b>{{system}} {{currency}}</b>',
    pack: '{{mark}} {{tokens}} · {{price}}',
    custom: '{{mark}} своё количество: {{least, number}}-{{most, number}}',
    usage: [
      'Чтобы изменить:',
      '<code>/packs set &lt;система&gt; &lt;валюта&gt; &lt;токены&gt; &lt;цена&gt; &lt;причина&gt;</code>',
      '<code>/packs on|off &lt;система&gt; &lt;валюта&gt; &lt;токены&gt; &lt;причина&gt;</code>',
      '<code>/packs custom &lt;система&gt; &lt;валюта&gt; &lt;от&gt; &lt;до&gt;|off &lt;причина&gt;</code>',
      'Например: <code>/packs set yookassa RUB 100 199.00 акция</code>',
    ].join('\n'),
  },
};
