/** Amounts with their unit, to be put into other texts. */
export const units = {
  tokens_one: '{{count, number}} token',
  tokens_other: '{{count, number}} tokens',
  stars_one: '{{count, number}} Star',
  stars_other: '{{count, number}} Stars',
} as const;

export const styles = {
  anime: 'Anime',
  oil: 'Oil painting',
  watercolour: 'Watercolour',
  pencil: 'Pencil sketch',
  popart: 'Pop art',
} as const;

/** Messages. Telegram's HTML; values are escaped when they are put in. */
export const cards = {
  confirm: {
    image: '🎨 <b>Make this image?</b>',
    video: '🎬 <b>Make this video?</b>',
    prompt: '<blockquote>{{prompt}}</blockquote>',
    style: 'Style: {{style}}',
    model: 'Model: {{model}}',
    price: 'Price: <b>{{price}}</b>',
    balance: 'Balance: {{balance}}',
  },
  status: {
    image: '🎨 <b>Making your image</b>',
    video: '🎬 <b>Making your video</b>',
    queued: '⏳ In the queue, it starts in a moment.',
    working: '{{bar}} {{percent}}%',
    standIn: '🔁 {{model}} is not answering, so {{other}} makes it. The price stays the same.',
    hint: 'You can close the chat: the result will come here.',
  },
  done: '✅ Done, here it is:',
  result: {
    image: '✨ <b>Your image is ready</b>',
    video: '✨ <b>Your video is ready</b>',
    prompt: '<blockquote>{{prompt}}</blockquote>',
    model: 'Model: {{model}}',
    price: 'Price: {{price}}',
    balance: 'Balance: {{balance}}',
  },
  large: {
    link: '📦 The file has {{megabytes}} MB, more than Telegram takes from a bot. <a href="{{link}}">Download it here</a>: the link works for a day, and /history gives a new one.',
    noLink:
      '📦 The file has {{megabytes}} MB, more than Telegram takes from a bot, and this bot has no address of its own to download it from. It is kept for you: write to /paysupport, and an administrator will hand it over or return the tokens.',
  },
  ended: {
    image: '😔 <b>No image this time</b>',
    video: '😔 <b>No video this time</b>',
    cancelled: '🛑 <b>Stopped</b>',
    returned: '↩️ Back on your balance: <b>{{tokens}}</b>',
  },
  paid: {
    title: '🎉 <b>Thank you, the payment has arrived</b>',
    added: 'Added: <b>{{tokens}}</b>',
    bonus: '🎁 A gift on top: <b>{{tokens}}</b>',
    balance: 'Balance: <b>{{balance}}</b>',
  },
  refundedPayment: {
    title: '↩️ <b>Your payment was refunded</b>',
    titleOfPart: '↩️ <b>A part of your payment was refunded</b>',
    money: 'Returned to you: <b>{{stars}}</b>',
    tokens: 'Taken from your balance: {{tokens}}',
    bonus: 'And of the gift that came on top: {{tokens}}',
    debt: 'Spent already, to be settled from the next purchase: {{tokens}}',
    balance: 'Balance: <b>{{balance}}</b>',
  },
  refundedGeneration: {
    title: '↩️ <b>We returned tokens for a result</b>',
    tokens: 'Returned: <b>{{tokens}}</b>',
    balance: 'Balance: <b>{{balance}}</b>',
  },
  expiredPayment: '⌛ <b>The invoice has expired</b>',
  heldPayment: {
    title: '⚠️ <b>A payment is on hold</b>',
    explanation:
      'The money that came differs from the order, so no tokens were given. Look at the payment, then refund it or credit it by hand.',
  },
  refundOutcome: {
    settled: '✅ <b>Refund made</b>',
    refused: '⚠️ <b>Refund not made</b>',
    id: 'Refund: <code>{{id}}</code>',
  },
  subject: 'For: <code>{{subject}}</code>',
} as const;
