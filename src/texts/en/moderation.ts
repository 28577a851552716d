/** Suspension and appeal. Telegram's HTML; buttons are plain. */
export const moderation = {
  suspended:
    '⛔ <b>Your access is suspended</b>\nSeveral of your requests broke rules that Easel never bends:',
  mayAppeal:
    'Your tokens stay yours. If this is a mistake, press the button: a person will look at it.',
  appealed: '📨 <b>Your appeal is with the administrators</b>\nYou will read their answer here.',
  known: 'Your appeal is known already',
  lifted: '✅ <b>Your access is open again</b>\nThe administrators agreed with you: /start',
  upheld:
    '⛔ <b>The suspension stays</b>\nThe administrators have looked at it again. Questions: /paysupport',
  admin:
    '⚖️ <b>An appeal against a suspension</b>\nPerson: <code>{{telegramId}}</code>\nLast refusal: <code>{{generation}}</code>',
  decided: '⚖️ Decided: {{what}}. Person: <code>{{telegramId}}</code>',
  button: {
    appeal: '⚖️ Appeal',
    lift: '✅ Lift the suspension',
    uphold: '⛔ Uphold it',
  },
  reason: {
    'sexual-minors': 'sexual content with minors',
    'non-consensual': 'sexual content against somebody’s will',
    undress: 'undressing people',
    'sexual-person': 'sexual content of real people',
  },
} as const;
