/** News for the owner about providers. Telegram's HTML. */
export const alerts = {
  account:
    '🔑 <b>{{provider}} refuses our account</b> ({{failure}})\nCheck its key and its balance. Until then other models stand in where they can; otherwise tokens go back.',
  retired:
    '🗄 <b>The model {{model}} is gone at {{provider}}</b>\nIt is switched off and no longer offered. Put its successor in with /models.',
  breaker:
    '⛔ <b>{{provider}} failed five times in a row</b> (last: {{failure}})\nIt rests for a minute and then gets one trial at a time until one succeeds. /health/providers shows how it stands.',
  books:
    '📕 <b>The books need you</b>: {{kind}}, {{system}}, {{subject}}\n{{detail}}\nGET /admin/findings lists what is open; it is resolved there with a reason.',
  audit:
    '🚨 <b>The audit found the ledger broken</b>\n{{detail}}\nStop selling until it is explained: GET /admin/findings.',
  budget: {
    day: '💸 <b>{{provider}}: {{percent}}% of the budget for today</b>\nSpent ${{spent}} of ${{budget}}.',
    month:
      '💸 <b>{{provider}}: {{percent}}% of the budget for this month</b>\nSpent ${{spent}} of ${{budget}}.',
    stopped: 'It gets no more jobs until then. Raise the budget with /providers.',
  },
} as const;
