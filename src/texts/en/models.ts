/** The catalogue, experiments and providers, as admins see them in the chat. Telegram's HTML. */
export const models = {
  title: '🧩 <b>Models</b>',
  line: '{{mark}} <code>{{slug}}</code> {{name}} · {{price}} · {{provider}}',
  marks:
    '🟢 offered · 🔵 serves behind others · ⚪️ off · 🔴 switched off by itself · 🟡 its provider is off',
  price: 'from {{price}}',
  usage:
    'To change one:\n<code>/models on &lt;model&gt; &lt;reason&gt;</code>\n<code>/models off &lt;model&gt; &lt;reason&gt;</code>\n<code>/models price &lt;model&gt; &lt;tokens&gt; &lt;reason&gt;</code>\n<code>/models add &lt;new&gt; &lt;like&gt; &lt;id at the provider&gt; &lt;tokens&gt; &lt;English name&gt; | &lt;Russian name&gt; | &lt;reason&gt;</code>\nThe rest is in the admin API: /admin/models.',
  changed: '✅ Done:\n{{line}}\nWhat people ordered before keeps its price.',
  unsound: '⚠️ <b>Nothing was changed</b>\n{{problems}}',
  problem: {
    slug: 'The slug must be 1-40 lower-case letters, digits, dots, dashes or underscores.',
    provider: 'No such provider is registered.',
    kind: 'This provider does not make that kind.',
    modes: 'The modes must be some of those the provider can do, each once.',
    providerModel: "The provider's model id must be 1-200 characters without spaces.",
    words:
      'Name (up to 60 characters) and description (up to 500) are needed in English and Russian.',
    options:
      'Options must be known, with 1-20 different values each; a duration is seconds, audio is on or off.',
    price: 'The price must be above zero.',
    surcharge:
      'Surcharges must be of offered values: 1-10000 percent, and seconds only with a duration.',
    cost: 'The cost must not be negative, with percents of offered values only.',
    inputsMax: 'The number of photos is not what the provider can take.',
    fallback:
      'Stand-ins must be up to five other models that exist and can do at least the same by default.',
    position: 'The position must be between 0 and 10000.',
    exists: 'A model with this slug exists already.',
    experiment: 'The name is taken, or another experiment runs on this model.',
    experimentId: 'The name must be 1-40 lower-case letters, digits or dashes.',
    variants:
      'There must be 2-5 different variants, all of them switched on and able to do what the model does.',
    weights: 'Weights must be whole numbers between 1 and 1000.',
  },
  experiments: {
    title: '🧪 <b>Experiments</b>',
    none: 'None yet.',
    line: '{{mark}} <code>{{id}}</code> on {{model}}: {{variants}}',
    usage:
      '<code>/ab &lt;name&gt;</code> shows what came of one\n<code>/ab start &lt;name&gt; &lt;model&gt; &lt;variant&gt;=&lt;weight&gt; &lt;variant&gt;=&lt;weight&gt; &lt;reason&gt;</code>\n<code>/ab stop &lt;name&gt; &lt;reason&gt;</code>',
    started: '✅ <code>{{id}}</code> runs. Each person keeps the variant they meet first.',
    stopped: '✅ <code>{{id}}</code> has stopped; its results stay.',
    results: '🧪 <b>{{id}}</b> on {{model}}',
    noResults: 'Nobody has met it yet.',
    result:
      '<b>{{variant}}</b>\nmade {{delivered, number}} of {{generations, number}} ({{rate}}%), stood in for {{fellBack, number}}\ntime p50 {{p50}} s, p95 {{p95}} s · cost ${{cost}}\npeople {{people, number}}, came back {{repeat, number}} · complaints {{complaints, number}}',
  },
  providers: {
    title: '🔌 <b>Providers</b>',
    line: '{{mark}} <code>{{id}}</code> {{status}}\ntoday ${{today}} (limit: {{dayBudget}}), this month ${{month}} (limit: {{monthBudget}})',
    places: 'jobs at once: {{taken, number}} of {{most, number}}',
    unlimited: 'none',
    status: {
      ok: 'works',
      off: 'no settings',
      paused: 'switched off by an admin',
      resting: 'rests after failures',
      trial: 'being tried again',
      budgetSpent: 'budget spent',
    },
    usage:
      '<code>/providers pause &lt;id&gt; &lt;reason&gt;</code>\n<code>/providers resume &lt;id&gt; &lt;reason&gt;</code>\n<code>/providers budget &lt;id&gt; &lt;dollars a day or -&gt; &lt;dollars a month or -&gt; &lt;reason&gt;</code>\n<code>/providers places &lt;id&gt; &lt;jobs at once or -&gt; &lt;reason&gt;</code>',
  },
} as const;
