import type { models as english } from '../en/models';
import type { Localized } from '../localized';

export const models: Localized<typeof english> = {
  title: '🧩 <b>Модели</b>',
  line: '{{mark}} <code>{{slug}}</code> {{name}} · {{price}} · {{provider}}',
  marks:
    '🟢 предлагается · 🔵 работает за другими · ⚪️ выключена · 🔴 выключилась сама · 🟡 её провайдер выключен',
  price: '{{price}} и более',
  usage:
    'Изменить:\n<code>/models on &lt;модель&gt; &lt;причина&gt;</code>\n<code>/models off &lt;модель&gt; &lt;причина&gt;</code>\n<code>/models price &lt;модель&gt; &lt;токены&gt; &lt;причина&gt;</code>\n<code>/models add &lt;новая&gt; &lt;по образцу&gt; &lt;id у провайдера&gt; &lt;токены&gt; &lt;имя по-английски&gt; | &lt;имя по-русски&gt; | &lt;причина&gt;</code>\nОстальное в admin API: /admin/models.',
  changed: '✅ Готово:\n{{line}}\nЗаказанное раньше сохраняет свою цену.',
  unsound: '⚠️ <b>Ничего не изменено</b>\n{{problems}}',
  problem: {
    slug: 'Slug: 1-40 строчных латинских букв, цифр, точек, дефисов или подчёркиваний.',
    provider: 'Такой провайдер не зарегистрирован.',
    kind: 'Этот провайдер такого не делает.',
    modes: 'Режимы: только те, что умеет провайдер, каждый один раз.',
    providerModel: 'Id модели у провайдера: 1-200 знаков без пробелов.',
    words: 'Имя (до 60 знаков) и описание (до 500) нужны по-английски и по-русски.',
    options:
      'Опции должны быть известны, по 1-20 разных значений; длительность в секундах, звук on или off.',
    price: 'Цена должна быть больше нуля.',
    surcharge:
      'Надбавки только для предложенных значений: 1-10000 процентов, за секунды только при длительности.',
    cost: 'Себестоимость не может быть отрицательной, проценты только для предложенных значений.',
    inputsMax: 'Столько фотографий провайдер не принимает.',
    fallback: 'Замены: до пяти других существующих моделей, которые по умолчанию умеют не меньше.',
    position: 'Позиция: от 0 до 10000.',
    exists: 'Модель с таким slug уже есть.',
    experiment: 'Имя занято, или на этой модели уже идёт эксперимент.',
    experimentId: 'Имя: 1-40 строчных латинских букв, цифр или дефисов.',
    variants: 'Нужно 2-5 разных вариантов, все включены и умеют то же, что модель.',
    weights: 'Веса: целые числа от 1 до 1000.',
  },
  experiments: {
    title: '🧪 <b>Эксперименты</b>',
    none: 'Пока нет.',
    line: '{{mark}} <code>{{id}}</code> на {{model}}: {{variants}}',
    usage:
      '<code>/ab &lt;имя&gt;</code> покажет результаты\n<code>/ab start &lt;имя&gt; &lt;модель&gt; &lt;вариант&gt;=&lt;вес&gt; &lt;вариант&gt;=&lt;вес&gt; &lt;причина&gt;</code>\n<code>/ab stop &lt;имя&gt; &lt;причина&gt;</code>',
    started: '✅ <code>{{id}}</code> идёт. Каждый человек остаётся со своим вариантом.',
    stopped: '✅ <code>{{id}}</code> остановлен; результаты сохранены.',
    results: '🧪 <b>{{id}}</b> на {{model}}',
    noResults: 'Его ещё никто не встретил.',
    result:
      '<b>{{variant}}</b>\nсделано {{delivered, number}} из {{generations, number}} ({{rate}} %), с подменой {{fellBack, number}}\nвремя p50 {{p50}} с, p95 {{p95}} с · себестоимость ${{cost}}\nлюдей {{people, number}}, вернулись {{repeat, number}} · жалоб {{complaints, number}}',
  },
  providers: {
    title: '🔌 <b>Провайдеры</b>',
    line: '{{mark}} <code>{{id}}</code> {{status}}\nсегодня ${{today}} (предел: {{dayBudget}}), за месяц ${{month}} (предел: {{monthBudget}})',
    places: 'заданий сразу: {{taken, number}} из {{most, number}}',
    unlimited: 'нет',
    status: {
      ok: 'работает',
      off: 'нет настроек',
      paused: 'выключен администратором',
      resting: 'отдыхает после сбоев',
      trial: 'пробуем снова',
      budgetSpent: 'бюджет исчерпан',
    },
    usage:
      '<code>/providers pause &lt;id&gt; &lt;причина&gt;</code>\n<code>/providers resume &lt;id&gt; &lt;причина&gt;</code>\n<code>/providers budget &lt;id&gt; &lt;долларов в день или -&gt; &lt;долларов в месяц или -&gt; &lt;причина&gt;</code>\n<code>/providers places &lt;id&gt; &lt;заданий сразу или -&gt; &lt;причина&gt;</code>',
  },
};
