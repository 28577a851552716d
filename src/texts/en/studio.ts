/** Choosing how something is made: options, several photos, ready wishes. */
export const studio = {
  /** Asked above the values of an option. Telegram's HTML. */
  ask: {
    aspect: '📐 <b>Which shape?</b>',
    duration: '⏱ <b>How long?</b>',
    resolution: '🖥 <b>Which resolution?</b>',
    size: '🔍 <b>Which size?</b>',
    quality: '🏅 <b>Which quality?</b>',
    audio: '🔊 <b>With sound?</b>',
    background: '🏞 <b>Which background?</b>',
    mask: '🩹 <b>What may change in the photo?</b>',
    count: '🔢 <b>How many?</b>',
  },
  /** On buttons and in the card's line of settings: plain text. */
  chosen: {
    aspect: '📐 {{value}}',
    duration: '⏱ {{value}}',
    resolution: '🖥 {{value}}',
    size: '🔍 {{value}}',
    quality: '🏅 {{value}}',
    audio: '🔊 {{value}}',
    background: '🏞 {{value}}',
    mask: '🩹 {{value}}',
    count: '🔢 {{value}}',
  },
  value: {
    auto: 'auto',
    seconds: '{{seconds}} s',
    on: 'with sound',
    off: 'no sound',
    low: 'draft',
    medium: 'standard',
    std: 'standard',
    standard: 'standard',
    high: 'high',
    hd: 'high',
    pro: 'professional',
    ultra: 'highest',
    transparent: 'transparent',
    opaque: 'filled',
    whole: 'all of it',
    holes: 'only the transparent part',
  },
  choice: '{{value}} · {{price}}',
  choiceMade: '✓ {{value}} · {{price}}',
  back: '⬅️ Back',
  asImage: '🎨 As an image',
  asVideo: '🎬 As a video',
  another: '➕ Another photo',
  done: '✅ Done',
  photos: 'Photos: {{amount, number}}',
  sendPhoto: '🖼 <b>Now the photo</b>\nSend it here, and I show you the price.',
  sendMore: '🖼 <b>Photos: {{amount, number}} of {{most, number}}</b>\nSend another one, or go on.',
  lookMany:
    '🖼 <b>Got your photos: {{amount, number}}.</b>\nChoose a style, or write what shall become of them.',
  lookManyWithWords:
    '🖼 <b>Got your photos ({{amount, number}}) and your words.</b>\nChoose a style, or let your words decide.',
  tooMany: 'Up to {{most, number}} photos go into one work; I leave out the others.',
  model: '<b>{{name}}</b>\n{{description}}',
  film: {
    describe:
      '🎬 <b>What shall happen in the video?</b>\nDescribe it in your own words, send a photo to bring to life, or a short video to change.',
    words: '🎞 <b>Got your video. What shall change in it?</b>\nWrite it in your own words.',
    album: 'You sent several videos; I take the first one.',
    none: '🎞 No model here changes videos at the moment. Write what you want to see, or send a photo.',
    unfit:
      '🎞 <b>This video does not fit any model here.</b>\nIt has {{seconds, number}} s and {{width}} × {{height}} pixels. What fits: {{least, number}} to {{most, number}} s, sides of {{sideMin}} to {{sideMax}} pixels.',
  },
  templates: '💫 Ideas',
  templatesTitle:
    '💫 <b>Ideas to start from</b>\nChoose one; you see the price before anything is made.',
  template: {
    postcard: {
      name: '💌 A winter postcard',
      prompt:
        'A cosy winter postcard: a small wooden house in a snowy forest at dusk, warm light in the windows, soft falling snow',
    },
    poster: {
      name: '🎷 A jazz poster',
      prompt:
        'A vintage jazz poster: a lone saxophone player on a rooftop at night, bold flat shapes, deep blue and gold',
    },
    space: {
      name: '🚀 Among the stars',
      prompt:
        'A small astronaut sitting on a crescent moon, a huge ringed planet behind, violet nebula, countless stars',
    },
    figurine: {
      name: '🧸 Me as a figurine',
      prompt:
        'Turn the person in the photo into a collectible toy figurine on a round stand, studio light, a box with the figurine behind it',
    },
    restore: {
      name: '🕰 Restore an old photo',
      prompt:
        'Restore this old photo: remove scratches and stains, bring back natural colours and sharpness, keep every face as it is',
    },
    together: {
      name: '🤝 Join several photos',
      prompt:
        'Join everyone and everything in these photos into one natural scene with the same light, as if taken together',
    },
    drone: {
      name: '🌊 A flight over the sea',
      prompt:
        'A smooth drone flight over turquoise sea towards rocky cliffs at sunrise, waves breaking, gulls passing by',
    },
    storm: {
      name: '⛈ A storm at the lighthouse',
      prompt:
        'A lighthouse in a night storm, its beam turning slowly, heavy waves against the rocks, distant lightning',
    },
    alive: {
      name: '🎞 Bring a photo to life',
      prompt: 'Bring the photo to life: gentle natural movement, a slow camera, the same light',
    },
  },
} as const;
