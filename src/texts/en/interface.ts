/** Labels of buttons: plain text, no markup. */
export const keyboard = {
  createImage: '🎨 Create image',
  createVideo: '🎬 Create video',
  balance: '💎 Balance',
  buy: '⭐ Buy tokens',
  daily: '🎁 Daily gift',
  referral: '🤝 Invite a friend',
  history: '🗂 History',
  language: '🌐 Язык / Language',
  help: '💡 Help',
  menu: '🏠 Main menu',
  confirm: '✅ Create · {{price}}',
  restyle: '🖌 Other style',
  remodel: '🤖 Other model',
  cancelDraft: '✖️ Cancel',
  cancelGeneration: '🛑 Stop',
  again: '🔁 Again',
  vary: '🎲 Vary',
  use: '🖼 Use as input',
  report: '🚩 Report',
  tryAgain: '🔁 Try again',
  words: '✍️ In my own words',
  model: '{{name}} · {{price}}',
  pack: '{{tokens}} · ⭐ {{stars, number}}',
  older: 'Older ➡️',
  newest: '⏫ Newest',
} as const;

/** The invoice: plain text; title up to 32 characters, description up to 255. */
export const invoice = {
  title_one: '{{count, number}} token',
  title_other: '{{count, number}} tokens',
  description_one:
    '{{count, number}} token for images and video in this bot. It arrives on your balance right after the payment.',
  description_other:
    '{{count, number}} tokens for images and video in this bot. They arrive on your balance right after the payment.',
} as const;

/** What Telegram shows for a moment over a pressed button: plain text, up to 200 characters. */
export const notices = {
  oldButton: 'This button is from an old message. /start opens the menu.',
  ordered: 'Started!',
  stopping: 'Stopping…',
  finishedAlready: 'This one has finished already.',
  reported: 'Thank you! We have passed it on and will take a look.',
} as const;

/** The list Telegram shows under the menu button: plain text, 1-256 characters. */
export const commands = {
  start: 'Main menu',
  templates: 'Ideas to start from',
  buy: 'Buy tokens',
  balance: 'My balance',
  pay: 'My payments',
  daily: 'A gift a day',
  promo: 'Enter a promo code',
  ref: 'Invite friends',
  history: 'My images and videos',
  cancel: 'Cancel what I am doing',
  language: 'Язык / Language',
  help: 'How it works',
  terms: 'Terms of use',
  paysupport: 'Help with a payment',
  privacy: 'What we store about you',
  refund: 'Refund a payment or a generation',
  stats: 'Figures',
  models: 'Models and prices',
  ab: 'A/B experiments',
  providers: 'Providers and budgets',
  userinfo: 'What is known of a person',
  addtokens: 'Give a person tokens',
  ban: "Close a person's access",
  unban: "Open a person's access again",
  packs: 'Packs and prices',
  card: 'Bank transfers',
  held: 'Payments to decide on',
  byhand: 'Money to return by hand',
} as const;
