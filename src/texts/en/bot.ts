/** What the bot says in the chat. Telegram's HTML; values are escaped when they are put in. */
export const bot = {
  welcome: {
    hello:
      '👋 <b>Hello, {{name}}!</b>\nI make pictures and short videos from your words and photos.',
    gift: '🎁 A welcome gift is on your balance: <b>{{tokens}}</b>',
  },
  menu: {
    title: '🏠 <b>Main menu</b>',
    hint: 'Write what you want to see, or send a photo.',
    balance: 'Balance: <b>{{balance}}</b>',
  },
  create: {
    image:
      '🎨 <b>What shall I draw?</b>\nDescribe it in your own words, or send a photo to change.',
    video:
      '🎬 <b>What shall happen in the video?</b>\nDescribe it in your own words, or send a photo to bring to life.',
    look: '🖼 <b>Got your photo.</b>\nWhich style shall it get?',
    lookWithWords:
      '🖼 <b>Got your photo and your words.</b>\nChoose a style, or let your words decide.',
    words: '✍️ <b>What shall change in the photo?</b>\nWrite it in your own words.',
    model: '🤖 <b>Which model shall make it?</b>',
    album: 'You sent several photos; I take the first one.',
    tooLong:
      'That is a long description: up to {{most, number}} characters fit. Please shorten it.',
    confirmAgain:
      '⚠️ <b>This one is expensive: {{price}}</b>\nPlease confirm once more, then it starts.',
    priceChanged: 'The price has changed since you saw it; here is the new one.',
    offerChanged: 'What this model offers has changed since you chose; here is how it is now.',
    short:
      '💎 <b>Not enough tokens</b>\nThis costs {{price}}, you have {{balance}}. Top up, then press the button above again.',
  },
  cancelled: {
    draft: 'All right, forgotten. Write or send a photo whenever you like.',
    nothing: 'There is nothing to cancel.',
    active: '🛑 <b>Under way</b>\nChoose what to stop; its tokens come back.',
    label: '🛑 {{what}}',
  },
  balance: {
    available: '💎 <b>Balance: {{tokens}}</b>',
    held: 'Held for what is being made: {{tokens}}',
    debt: 'Owed after a refund: {{tokens}}',
    history: '<b>Last movements</b>',
    line: '{{date}} · {{what}} <b>{{amount}}</b> → {{after, number}}',
  },
  operation: {
    credit: 'purchase',
    debit: 'spent',
    bonus: 'gift',
    admin: 'from an administrator',
    refund: 'refund',
    reserve: 'for a job',
    commit: 'spent',
    release: 'returned',
    expire: 'returned',
    clawback: 'taken back with a refund',
    bonus_back: 'gift taken back with a refund',
    put_back: 'given back',
  },
  profile: {
    title: '👤 <b>{{name}}</b>',
    id: 'Your id here: <code>{{id}}</code>',
  },
  history: {
    title: '🗂 <b>Your images and videos</b>',
    empty: '🗂 Nothing here yet. Write what you want to see, or send a photo.',
    item: '{{number}}. {{icon}} {{date}} · {{status}} · {{price}}\n{{what}}',
    show: '👁 {{number}}. {{what}}',
    shown: '{{icon}} {{date}} · {{price}}\n<blockquote>{{what}}</blockquote>',
    photo: 'your photo',
    gone: 'Its file is not kept any more.',
  },
  status: {
    ordered: 'starting',
    working: 'under way',
    delivered: 'ready',
    released: 'not made, tokens returned',
    refused: 'not made',
    refunded: 'refunded',
  },
  buy: {
    title: '⭐ <b>Buy tokens</b>\nChoose a pack; you pay with Telegram Stars.',
    none: 'Nothing is on sale at the moment. Please look in later.',
    opening: 'One moment, the invoice is coming…',
    unmatched:
      'Your payment has arrived, but I could not match it to an order. Your money is safe: we have been told. You can also write to /paysupport; its number is <code>{{charge}}</code>',
  },
  language: {
    ask: '🌐 Выберите язык / Choose a language',
    chosen: 'All right, English from now on.',
  },
  help: [
    '💡 <b>How it works</b>',
    '1. Write what you want to see, or send a photo and choose a style.',
    '2. You see the price in tokens and confirm it.',
    '3. The result comes here. If it cannot be made, the tokens come back by themselves.',
    '',
    '/buy - tokens for Telegram Stars',
    '/balance - what you have and where it went',
    '/history - everything you made',
    '/cancel - stop what you are doing',
    '/language - Язык / Language',
    '/paysupport - help with a payment',
    '/terms · /privacy',
  ].join('\n'),
  terms: [
    '📜 <b>Terms of use</b>',
    '• Tokens are bought in the ways /buy offers and pay for images and videos in this bot only.',
    '• A job that ends without a result costs nothing: its tokens come back.',
    '• Unspent tokens can be refunded; see /paysupport.',
    '• Send only pictures you may use. Sexual content of real people, anything sexual of minors and other unlawful content is forbidden; access is closed for it.',
    '• AI makes mistakes: check a result before you rely on it.',
    '• Telegram is not a party to these purchases and its support does not handle them.',
  ].join('\n'),
  paysupport: {
    title:
      '🛟 <b>Help with a payment</b>\nWrite your question in one message, like this:\n<code>/paysupport I paid yesterday and see no tokens</code>\nIt goes to an administrator, who will write to you. A payment that arrives late is credited all the same. Telegram support cannot help with purchases in bots.',
    question:
      '🛟 <b>A question about a payment</b>\nFrom: <a href="tg://user?id={{telegramId}}">{{name}}</a>, <code>{{telegramId}}</code>\nPerson: <code>{{person}}</code>\n<blockquote>{{question}}</blockquote>',
    passedOn: '✅ Passed on. An administrator will write to you.',
    last: 'Your last payments:',
    none: 'none yet',
    line: '{{date}} · {{tokens}} · {{stars}} · <code>{{id}}</code>',
  },
  privacy: [
    '🔒 <b>What is stored about you</b>',
    '• Your Telegram id, name and language, to answer you.',
    '• What you write and send for a job, and its results, so that /history works.',
    '• Payments and token movements, as bookkeeping asks for.',
    'A job is sent to the AI model you chose: your words, photo or video, not your name or Telegram id. Nothing is sold or used for advertising. Write to an administrator to have your files removed: /paysupport',
  ].join('\n'),
  unknown: {
    command: 'I do not know this command. /help shows what I can do.',
    input:
      'I understand text, photos and short videos. Write what you want to see, or send a photo.',
    photoFile: 'I can only use pictures. Please send a photo or a JPEG, PNG or WebP file.',
  },
  group: 'I work in private chats only. Write to me directly and I will be glad to help.',
  trouble:
    '⏳ One of our systems is not answering. Nothing is lost: I keep your wish and carry it out as soon as I can.',
  use: {
    video: 'No model here takes this video as input.',
  },
  report: {
    admin:
      '🚩 <b>A bad result was reported</b>\nGeneration: <code>{{generation}}</code>\nPerson: <code>{{person}}</code>\nModel: {{model}}, {{price}}\n\nTo refund it, tap to copy:\n<code>/refund {{generation}} all bad result</code>',
  },
  statistics: {
    title: '📊 <b>Statistics</b>',
    people: 'People: {{all, number}}, new in 24 hours: {{fresh, number}}',
    generations: '<b>Generations</b>',
    line: '{{what}}: {{amount, number}}',
    tokens:
      '<b>Tokens</b>\nbought: {{credited, number}}\ngiven: {{given, number}}\nspent: {{spent, number}}\nrefunded: {{refunded, number}}\nheld: {{held, number}}\nowed: {{debt, number}}',
    revenue: '<b>Revenue</b>',
    revenueLine: '{{system}}: {{amount}}, refunded {{refunded}}',
    uncredited: 'Charges not credited: {{amount, number}}',
  },
  admin: {
    sent: '✅ The refund <code>{{refund}}</code> for <code>{{target}}</code> is on its way. The outcome follows.',
    closed:
      'The workflow of this generation is closed, so a refund signal has nowhere to go. Tokens can still be given with /addtokens.',
    done: '✅ Done.',
    added: '✅ {{tokens}} added. Balance: {{balance}}',
    noPerson: 'Nobody with this Telegram id has met the bot.',
    usageRefund:
      'Usage: <code>/refund &lt;payment or generation id&gt; [amount|all] [force] &lt;reason&gt;</code>\nThe money goes back through its payment system. Where that cannot do it, you are asked to return it, and say so with /byhand.',
    usageAddTokens:
      'Usage: <code>/addtokens &lt;telegram id&gt; &lt;tokens&gt; &lt;reason&gt;</code>',
    usageUserInfo: 'Usage: <code>/userinfo &lt;telegram id&gt;</code>',
    usageBan: 'Usage: <code>/ban &lt;telegram id&gt; &lt;reason&gt;</code>',
    usageUnban: 'Usage: <code>/unban &lt;telegram id&gt; &lt;reason&gt;</code>',
    userName: '👤 <b>{{name}}</b> {{username}}',
    userIds:
      'Person: <code>{{id}}</code>\nTelegram: <code>{{telegramId}}</code>, language {{language}}',
    userBalance: 'Balance: {{available}}, held {{held}}, debt {{debt}}',
    userBanned: '⛔ Banned: {{reason}}',
    userGenerations: '<b>Last generations</b>',
    userGeneration: '<code>{{id}}</code> {{status}}, {{price}}',
    userPayments: '<b>Last payments</b>',
    userPayment: '<code>{{id}}</code> {{status}}, {{tokens}}',
    unmatched:
      '⚠️ <b>A payment matches no order</b>\nCharge: <code>{{charge}}</code>\nPayload: <code>{{payload}}</code>\nFrom: <code>{{telegramId}}</code>\nAmount: {{amount}} {{currency}}',
  },
} as const;
