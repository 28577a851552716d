/** The words of the stand-ins' pay pages: the sandbox is the outside, so they are not the bot's. */
export type Language = 'en' | 'ru';

export type Localized = Readonly<Record<Language, string>>;

/** What a button of the pay page is called; its name is the action it asks for. */
export const buttonTexts = {
  pay: { en: 'Pay', ru: 'Оплатить' },
  secure: { en: 'Pay with a code of the bank', ru: 'Оплатить с кодом банка' },
  enterCode: { en: 'Enter the right code', ru: 'Ввести верный код' },
  payLater: { en: 'Pay by a slow method', ru: 'Оплатить медленным способом' },
  payTwice: { en: 'Pay twice', ru: 'Оплатить дважды' },
  underpay: { en: 'Pay less', ru: 'Заплатить меньше' },
  overpay: { en: 'Pay more', ru: 'Заплатить больше' },
  wait: { en: 'Pay, to be confirmed', ru: 'Оплатить и ждать подтверждений' },
  confirm: { en: 'Confirm what was seen', ru: 'Подтвердить платёж' },
  fail: { en: 'Let the payment fail', ru: 'Платёж не проходит' },
  cancel: { en: 'Cancel', ru: 'Отменить' },
  expire: { en: 'Let it expire', ru: 'Срок истёк' },
  lock: { en: 'Hold for a check', ru: 'Задержать на проверку' },
  unlock: { en: 'End the check', ru: 'Закончить проверку' },
  refund: { en: 'Refund in the cabinet', ru: 'Вернуть из кабинета' },
  win: { en: 'The shop wins the dispute', ru: 'Спор выигран магазином' },
  lose: { en: 'The shop loses the dispute', ru: 'Спор проигран магазином' },
  dispute: { en: 'Dispute the charge', ru: 'Оспорить платёж' },
} as const satisfies Readonly<Record<string, Localized>>;

export type Button = keyof typeof buttonTexts;

/** How a payment stands for the person who looks at its page. */
export const stateTexts = {
  open: { en: 'Waiting for payment', ru: 'Ожидает оплаты' },
  processing: { en: 'The payment is being checked', ru: 'Платёж проверяется' },
  paid: { en: 'Paid', ru: 'Оплачено' },
  partRefunded: { en: 'Refunded in part', ru: 'Возвращено частично' },
  refunded: { en: 'Refunded', ru: 'Возвращено' },
  closed: { en: 'Can no longer be paid', ru: 'Оплатить уже нельзя' },
} as const satisfies Readonly<Record<string, Localized>>;

export type PayState = keyof typeof stateTexts;

export const pageTexts = {
  sandbox: { en: 'sandbox', ru: 'песочница' },
  noMoney: { en: 'No real money moves here.', ru: 'Настоящие деньги здесь не двигаются.' },
  refused: { en: 'This cannot be done now', ru: 'Сейчас это невозможно' },
  back: { en: 'Back to the shop', ru: 'Вернуться в магазин' },
  more: { en: 'What else can happen', ru: 'Что ещё может случиться' },
  returned: { en: 'Returned', ru: 'Возвращено' },
  number: { en: 'Number', ru: 'Номер' },
  missing: { en: 'There is no such payment', ru: 'Такого платежа нет' },
} as const satisfies Readonly<Record<string, Localized>>;
