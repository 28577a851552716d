import type { alerts as english } from '../en/alerts';
import type { Localized } from '../localized';

export const alerts: Localized<typeof english> = {
  account:
    '🔑 <b>{{provider}} не принимает наш аккаунт</b> ({{failure}})\nПроверьте ключ и баланс. Пока что подменяют другие модели; где не могут, токены возвращаются.',
  retired:
    '🗄 <b>Модели {{model}} у {{provider}} больше нет</b>\nОна выключена и не предлагается. Добавьте преемницу через /models.',
  breaker:
    '⛔ <b>{{provider}}: пять сбоев подряд</b> (последний: {{failure}})\nОтдыхает минуту, затем получает по одной пробе, пока не ответит. Состояние видно в /health/providers.',
  books:
    '📕 <b>Книги ждут вас</b>: {{kind}}, {{system}}, {{subject}}\n{{detail}}\nОткрытое показывает GET /admin/findings, там же закрывают с причиной.',
  audit:
    '🚨 <b>Проверка нашла, что учёт нарушен</b>\n{{detail}}\nОстановите продажи, пока не выяснено: GET /admin/findings.',
  budget: {
    day: '💸 <b>{{provider}}: {{percent}} % бюджета на сегодня</b>\nПотрачено ${{spent}} из ${{budget}}.',
    month:
      '💸 <b>{{provider}}: {{percent}} % бюджета на месяц</b>\nПотрачено ${{spent}} из ${{budget}}.',
    stopped: 'До конца срока заданий не получает. Поднять бюджет: /providers.',
  },
};
