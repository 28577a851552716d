/** Payments outside the chat: the invoice, and what people and admins are told. Telegram's HTML. */
export const pay = {
  invoice: '💳 <b>To pay: {{price}}</b>\nFor {{tokens}}.',
  page: 'Open the page and pay there. The tokens arrive by themselves, usually within a minute.',
  failed: '😔 <b>The invoice could not be made</b>',
  inReview:
    '🔎 <b>Your payment is being checked</b>\nThe money has arrived, but something about it differs from the order. It is safe; an administrator looks at it and you will hear here.',
  looking: 'Asking the payment system…',
  adminHeld: '⚠️ <b>A payment waits for your decision</b>',
  adminPaid: 'Paid: <b>{{paid}}</b>, ordered: {{price}}',
  charge: 'Charge: <code>{{charge}}</code>',
  adminDecide:
    'Decide by the button, by /held, by the signal <code>decide</code> in the Web UI or by the API: credit, credit_paid, return or dismiss.',
  reason: {
    test: 'A test object on a live shop.',
    'foreign-shop': 'It belongs to another shop.',
    frozen: 'The payment system holds the money back.',
    underpaid: 'Less was paid than agreed.',
    overpaid: 'More was paid than agreed.',
    currency: 'It is another currency than agreed.',
    disputed: 'The payer disputes it at the bank.',
    unmatched: 'It names no payment that is known here.',
    'part-refunded': 'A part of it was refunded before it could be credited.',
  },
  dispute: {
    person:
      '⚖️ <b>Your bank disputes a payment</b>\nUntil that is decided, its tokens are frozen. If you did not ask for it, tell your bank or write to us: /paysupport',
    personOver: '⚖️ <b>The dispute about your payment is over</b>\nIts tokens are yours again.',
    admin: '⚖️ <b>A payment is disputed</b>\nIts tokens are frozen until that is decided.',
    adminOver: '⚖️ <b>A dispute is over</b>\nThe tokens are back with the person.',
  },
  missing: {
    person:
      '🔎 <b>A payment of yours is being checked</b>\nThe payment system does not list it, so its tokens are frozen until that is cleared up. If you have a receipt, write to us: /paysupport',
    personOver: '🔎 <b>Your payment was checked</b>\nIts tokens are yours again.',
    admin:
      '🔎 <b>A credited charge is missing at the payment system</b>\nIts tokens are frozen. Look in the cabinet; when the charge is there, resolve the finding and they return.',
    adminOver: '🔎 <b>A missing charge is explained</b>\nThe tokens are back with the person.',
  },
  cameBack: {
    person:
      '↩️ <b>The refund of your payment came back to us</b>\nYour bank did not take it, so its tokens are yours again. If you want the money back, write to us: /paysupport',
    admin:
      '↩️ <b>A refund came back</b>\nThe payer’s bank did not take the money, so it is with the shop again and the tokens are back with the person. Ask them how they want it, then return it anew or by hand.',
  },
  cabinetRefund:
    '↩️ <b>A refund was made at the payment system itself</b>\nIt is booked, and its tokens are taken back.',
  amount: 'Amount: <b>{{amount}}</b>',
  byHand:
    '✋ <b>Return this money by hand</b>\nThe payment system cannot do it. When you have returned it, send /byhand with the id below, <code>done</code> and a few words; with <code>failed</code> instead of <code>done</code> the tokens go back.',
  refundId: 'Refund: <code>{{id}}</code>',
  button: {
    pay: '💳 Pay {{price}}',
    check: '✅ I have paid',
  },
} as const;
