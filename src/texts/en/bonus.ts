/** Gifts: promo codes, invitations, the daily reward. Telegram's HTML, except where said otherwise. */
export const bonus = {
  promo: {
    ask: '🎟 <b>Promo code</b>\nSend it in one message, or like this: <code>/promo CODE</code>',
    tokens: '🎉 <b>The code works: {{tokens}} for you</b>\nBalance: <b>{{balance}}</b>',
    percent_off:
      '🎟 <b>{{code}}: {{percent}}% off your next purchase</b>\nThe prices below /buy are the reduced ones.',
    percent_extra:
      '🎟 <b>{{code}}: {{percent}}% more tokens with your next purchase</b>\nThey arrive together with it.',
    title: '🎟 <b>Promo codes</b>',
    none: 'none yet',
    line: '{{mark}} <code>{{code}}</code> · {{what}} · {{used}}/{{most}} · until {{until}}',
    // Plain text inside the line.
    gives: {
      percent_off: '{{value}}% off',
      percent_extra: '{{value}}% more',
      tokens: '{{value}} tokens',
    },
    created: '✅ The code <code>{{code}}</code> works from now on.',
    usage: [
      'Usage:',
      '<code>/promo new &lt;code&gt; off|extra|tokens &lt;value&gt; [max=100] [each=1] [until=2027-01-31] &lt;reason&gt;</code>',
      '<code>/promo list</code>',
      '<code>/promo on|off &lt;code&gt; &lt;reason&gt;</code>',
      'off: percent off the price (1-90). extra: percent more tokens (1-500). tokens: given at once.',
    ].join('\n'),
  },
  referral: {
    title: '🤝 <b>Invite your friends</b>',
    titlePaid:
      '🤝 <b>Invite your friends</b>\nYou get {{percent}}% of the tokens they buy, every time.',
    link: 'Your link:\n<code>{{link}}</code>',
    friends: 'Came by it: <b>{{friends, number}}</b>',
    earned: 'Earned: <b>{{tokens}}</b>',
    joined: '🤝 Somebody came by your link.',
    earnedNow:
      '🤝 <b>Your friend bought tokens: {{tokens}} for you</b>\nBalance: <b>{{balance}}</b>',
    welcome: '🤝 You came by the link of a friend.',
    self: 'This is your own link: it works for friends who are new here.',
    // Labels of buttons: plain text.
    copy: '📋 Copy the link',
    share: '📨 Send it to a friend',
  },
  daily: {
    given: '🎁 <b>Your gift today: {{tokens}}</b>',
    taken: '🎁 <b>You have today’s gift already</b>\nThe next one is ready in about {{hours}} h.',
    streak: '{{bar}} day {{day}} of {{of}}',
    next: 'Tomorrow: {{tokens}}. A missed day begins the week anew.',
    off: 'There are no daily gifts at the moment.',
  },
} as const;
