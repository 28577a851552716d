/** People who buy by a payment system outside the chat, in all the ways people do. */
import { pause } from '../../src/local/waiting';
import { found, lastId, newButton, type Person } from './chat';
import type { Deeds, Nature } from './nature';
import { atTill, tillIds, type TillId } from './tills';
import type { Town } from './town';

/** What a person does on the page; one after the other. */
type Manner = readonly { readonly deed: string; readonly amount?: string | number }[];

const whole: Manner = [{ deed: 'pay' }];
/** Nobody pays what is not asked where the price is kept in coins or told without its fee. */
const manners: Readonly<Record<TillId, readonly Manner[]>> = {
  yookassa: [
    whole,
    whole,
    whole,
    [{ deed: 'secure' }, { deed: 'enterCode' }],
    [{ deed: 'pay', amount: '150.00' }],
    [{ deed: 'fail' }],
  ],
  yoomoney: [
    whole,
    whole,
    whole,
    [{ deed: 'pay' }, { deed: 'payTwice' }],
    [{ deed: 'lock' }, { deed: 'unlock' }],
  ],
  cryptobot: [whole],
  heleket: [
    whole,
    whole,
    [{ deed: 'wait' }, { deed: 'confirm' }],
    [{ deed: 'lock' }, { deed: 'unlock' }],
    [{ deed: 'fail' }],
  ],
  stripe: [
    whole,
    whole,
    [{ deed: 'payLater' }, { deed: 'confirm' }],
    [{ deed: 'fail' }, { deed: 'pay' }],
    [{ deed: 'pay', amount: 100 }],
  ],
};

export async function buyOutside(
  town: Town,
  person: Person,
  { chance, deeds, lateMs }: Nature,
): Promise<void> {
  const till = chance.pick(tillIds) ?? 'stripe';
  const manner = chance.is(0.15) ? [] : (chance.pick(manners[till]) ?? whole);
  const isLate = chance.is(0.08);
  const asks = chance.is(0.3);
  const seen = await lastId(person);
  await person.post('text', { text: '/buy' });
  const method = `e1:buy:method:${till}`;
  await person.post('press', await newButton(person, { after: seen, prefix: method }));
  const offer = `e1:buy:offer:${till}.`;
  await person.post('press', await newButton(person, { after: seen, prefix: offer }));
  const check = await newButton(person, { after: seen, prefix: 'e1:pay:check:' });
  const paymentId = check.data.slice('e1:pay:check:'.length);
  deeds.invoices += 1;
  // Out of the way of the rest of this life: a late payer does other things meanwhile.
  const visit = { till, manner, paymentId, page: check.url, deeds };
  if (isLate) {
    deeds.late.push(pause(lateMs).then(() => payAt(town, visit)));
    return;
  }
  await payAt(town, visit);
  if (asks) await person.post('press', check);
}

interface Visit {
  readonly till: TillId;
  readonly manner: Manner;
  readonly paymentId: string;
  readonly page: string | undefined;
  readonly deeds: Deeds;
}

async function payAt(town: Town, { till, manner, paymentId, page, deeds }: Visit): Promise<void> {
  // At YooMoney there is nothing to pay until somebody looks at the form.
  if (page?.includes('/quickpay/') === true) {
    await found(async () => {
      const shown = await fetch(page).catch(() => undefined);
      return shown?.ok === true ? shown : undefined;
    });
  }
  if (manner.length > 0) deeds.payments += 1;
  for (const { deed, amount } of manner) {
    await atTill(town.tills[till], deed, {
      id: paymentId,
      ...(amount !== undefined && { amount }),
    });
  }
}
