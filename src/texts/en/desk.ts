/** Admins who decide about money by hand, and what people hear of it. Telegram's HTML. */
export const desk = {
  none: 'nothing at the moment',
  card: {
    ask: '📎 <b>Send the receipt</b>\nA photo, a file or a few words in the next message. An administrator looks at it and confirms the payment.',
    passedOn: '✅ Passed on. You will hear here as soon as the money is confirmed.',
    transfer:
      'Transfer exactly this amount and write <code>{{reference}}</code> as the purpose, then press the button and send the receipt. It is checked by hand, usually within a day.',
    message: '💬 <b>About your transfer {{reference}}</b>\n<blockquote>{{words}}</blockquote>',
    rejected:
      '😔 <b>Your transfer {{reference}} was not confirmed</b>\n<blockquote>{{words}}</blockquote>\nIf you did pay, write to us: /paysupport',
    admin:
      '🏦 <b>A bank transfer: {{price}}</b>\nFor {{tokens}}\nFrom: <a href="tg://user?id={{telegramId}}">{{name}}</a>, <code>{{telegramId}}</code>\nReference: <code>{{reference}}</code>',
    words: '<blockquote>{{words}}</blockquote>',
    state: {
      confirmed: '⚠️ It is confirmed already.',
      rejected: '⚠️ It was rejected.',
      expired: '⚠️ Its time is over; it can still be confirmed.',
    },
    asks: {
      confirm:
        '🏦 <b>{{reference}}: {{price}}</b>\nType the amount the bank shows and the number of the transfer there, for example:\n<code>2.49 TR-778</code>',
      reject:
        '🏦 <b>{{reference}}: {{price}}</b>\nWhy is it not confirmed? The person reads your words.',
      say: '🏦 <b>{{reference}}: {{price}}</b>\nWhat shall the person read?',
    },
    // Plain text, for buttons.
    button: {
      confirm: '✅ The money is there: confirm',
      reject: '❌ Reject',
      say: '💬 Write to the person',
    },
    label: '{{mark}} {{date}} · {{price}} · {{reference}}',
    confirmed:
      '✅ The transfer <code>{{bank}}</code> for <code>{{reference}}</code> is recorded. The tokens are credited if it is the money agreed on; otherwise it waits under /held.',
    title: '🏦 <b>Bank transfers</b>',
    line: '{{mark}} {{date}} · {{price}} · <code>{{reference}}</code>',
    usage: [
      'Usage:',
      '<code>/card confirm &lt;reference&gt; &lt;amount&gt; &lt;number of the transfer&gt;</code>',
      '<code>/card reject &lt;reference&gt; &lt;reason&gt;</code>',
      '<code>/card say &lt;reference&gt; &lt;words for the person&gt;</code>',
    ].join('\n'),
  },
  held: {
    title: '🔎 <b>Payments that wait for a decision</b>',
    card: '🔎 <b>{{paid}}</b> by {{system}}, {{date}}\n{{reason}}\nPayment: <code>{{payment}}</code>\nCharge: <code>{{charge}}</code>',
    unmatched: 'No payment here belongs to it: return the money at the payment system.',
    why: '<b>{{what}}</b>\nWhy? Your next message decides and is kept in the audit.',
    sent: '✅ “{{what}}” is on its way to <code>{{payment}}</code>.',
    // Plain text, for buttons.
    label: '{{paid}} · {{system}} · {{reason}}',
    decide: '🔎 Decide',
    reason: {
      test: 'test',
      'foreign-shop': 'another shop',
      frozen: 'frozen',
      underpaid: 'underpaid',
      overpaid: 'overpaid',
      currency: 'other currency',
      disputed: 'disputed',
      unmatched: 'no order',
      'part-refunded': 'partly refunded',
    },
    button: {
      credit: '✅ Credit the whole order',
      credit_paid: '⚖️ Credit what was paid for',
      return: '↩️ Return the money',
      dismiss: '🗑 Dismiss: nothing to give or return',
    },
  },
  byHand: {
    title: '✋ <b>Money to return by hand</b>',
    line: '{{amount}} · <code>{{id}}</code>',
    usage:
      'Usage: <code>/byhand &lt;payment id&gt;:&lt;refund id&gt; done|failed &lt;reason&gt;</code>',
  },
  again:
    'This cannot be read. A reason has at most 500 characters, and a transfer is written like <code>2.49 TR-778</code>.',
  calledOff: 'Nothing was done.',
  // The labels of buttons: plain text.
  callOff: '✖️ Do nothing',
  answer: '💬 Answer',
} as const;
