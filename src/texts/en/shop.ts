/** Buying tokens: ways to pay, packs, the person's payments. Telegram's HTML, except where said otherwise. */
export const shop = {
  methods: '💳 <b>Buy tokens</b>\nHow would you like to pay?',
  // Plain text, for buttons and inside other texts.
  method: {
    stars: '⭐ Telegram Stars',
    yookassa: '🇷🇺 Card or SBP (YooKassa)',
    yoomoney: '🇷🇺 YooMoney',
    cryptobot: '🪙 CryptoBot (USDT, TON, BTC)',
    heleket: '🪙 Crypto (Heleket)',
    stripe: '🌍 Card (Stripe)',
    card: '🏦 Bank transfer',
  },
  shelf: '💳 <b>Buy tokens</b>\n{{method}}. Choose a pack.',
  promo: {
    percent_off: '🎟 {{code}}: {{percent}}% off, the prices are with it.',
    percent_extra: '🎟 {{code}}: {{percent}}% more tokens come with it.',
  },
  custom: {
    ask: '✏️ <b>How many tokens?</b>\nSend a number from {{least, number}} to {{most, number}}. The more, the cheaper: {{dear}} to {{cheap}} for one.',
    offer: '💎 <b>{{tokens}} for {{price}}</b>\nThat is {{each}} for one.',
    outside:
      'From {{least, number}} to {{most, number}} tokens can be bought this way. Please send another number.',
  },
  email: {
    ask: '✉️ <b>Where shall the receipt go?</b>\nThe law asks for a receipt with this way to pay. Send your e-mail address in one message; it is used for receipts only.',
    wrong:
      'This does not look like an e-mail address. Please send it like this: <code>name@example.org</code>',
    kept: '✉️ Receipts go to {{email}}.',
  },
  payments: {
    title: '🧾 <b>Your payments</b>',
    none: 'none yet',
    line: '{{date}} · {{tokens}} · {{price}} · {{status}}\n<code>{{id}}</code>',
    receipts: '✉️ Receipts go to {{email}}.',
  },
  // Plain text inside a line.
  status: {
    created: 'being prepared',
    invoiced: 'waits for payment',
    paid: 'paid',
    expired: 'expired',
    failed: 'not possible',
    refunded: 'refunded',
    part_refunded: 'refunded in part',
    held: 'being checked',
    closed: 'closed without tokens',
  },
  // Labels of buttons: plain text.
  button: {
    offer: '{{tokens}} · {{price}}',
    custom: '✏️ Another amount',
    promo: '🎟 Promo code',
    payments: '🧾 My payments',
    paid: '✅ I have paid · {{price}}',
    email: '✉️ Change the address of receipts',
  },
  // What Telegram shows for a moment over a pressed button: plain text.
  notice: {
    paid: 'This payment has arrived already.',
    over: 'This one cannot be paid any more. If you did pay, it will be credited all the same.',
  },
  packs: {
    title: '🏷 <b>Packs and prices</b>',
    shelf: '<b>{{system}} {{currency}}</b>',
    pack: '{{mark}} {{tokens}} · {{price}}',
    custom: '{{mark}} named amounts: {{least, number}}-{{most, number}}',
    usage: [
      'To change something:',
      '<code>/packs set &lt;system&gt; &lt;currency&gt; &lt;tokens&gt; &lt;price&gt; &lt;reason&gt;</code>',
      '<code>/packs on|off &lt;system&gt; &lt;currency&gt; &lt;tokens&gt; &lt;reason&gt;</code>',
      '<code>/packs custom &lt;system&gt; &lt;currency&gt; &lt;least&gt; &lt;most&gt;|off &lt;reason&gt;</code>',
      'For example: <code>/packs set yookassa RUB 100 199.00 a sale</code>',
    ].join('\n'),
  },
} as const;
