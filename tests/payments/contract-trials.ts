import type { Money } from '../../src/domain/money';
import type { OpenedInvoice } from '../../src/payments/payment-system';
import { cryptobotStandIn } from '../../src/sandbox/payments/cryptobot';
import { heleketStandIn } from '../../src/sandbox/payments/heleket';
import { stripeStandIn } from '../../src/sandbox/payments/stripe';
import { yookassaStandIn } from '../../src/sandbox/payments/yookassa';
import { yoomoneyStandIn } from '../../src/sandbox/payments/yoomoney';
import type { StandInDefinition } from '../../src/sandbox/payments/frame/stand-in';

/** Something that is done to a payment by the stand-in's control API. */
export type Deed = readonly [action: string, body?: Readonly<Record<string, unknown>>];

/** How one system is tried: what plays it and in which ways it differs from the others. */
export interface Trial {
  readonly standIn: StandInDefinition;
  /** The settings that lead an adapter to a stand-in at this address. */
  env(url: string): Readonly<Record<string, string>>;
  /** The settings of somebody else: well formed, wrong. */
  readonly wrongKeys: Readonly<Record<string, string>>;
  readonly price: Money;
  /** `by-key`: opened again it is the same invoice; `anew`: another; `locally`: nobody is asked. */
  readonly opens: 'by-key' | 'anew' | 'locally';
  /** What a payer's browser does first, where the controls need its id instead of the invoice's. */
  visit?(opened: OpenedInvoice): Promise<string>;
  /** Paying again: refused by the system, or a charge of its own. */
  readonly paidTwice: 'refused' | 'two-charges';
  readonly underpaid?: readonly Deed[];
  readonly overpaid?: readonly Deed[];
  /** Seconds after which nobody can pay any more; undefined where it is open for ever. */
  readonly expirySeconds?: number;
  /** Its webhooks are signed; else only their address speaks for them. */
  readonly isSigned: boolean;
  /** Done once before refunds, with the id given. */
  readonly beforeRefunds?: { readonly id: string; readonly deed: Deed };
  /** A part of the address of the call that returns money; needed where one can. */
  readonly refundCall?: string;
  /** When a refund that was accepted ends. */
  readonly refundSeconds?: number;
}

const rubles: Money = { amountMinor: 49_900n, currency: 'RUB' };

/** By the id of the adapter. A registered one without a trial fails the contract. */
export const trials: Readonly<Record<string, Trial | undefined>> = {
  yookassa: {
    standIn: yookassaStandIn,
    env: (url) => ({
      ...yookassaStandIn.keys,
      YOOKASSA_API_URL: `${url}/v3`,
      YOOKASSA_WEBHOOK_NETWORKS: '127.0.0.0/8',
    }),
    wrongKeys: { YOOKASSA_SECRET_KEY: 'test_of_somebody_else' },
    price: rubles,
    opens: 'by-key',
    paidTwice: 'refused',
    underpaid: [['pay', { amount: '1.00' }]],
    overpaid: [['pay', { amount: '900.00' }]],
    expirySeconds: 3_700,
    isSigned: false,
    refundCall: 'POST /v3/refunds',
  },
  yoomoney: {
    standIn: yoomoneyStandIn,
    env: (url) => ({ ...yoomoneyStandIn.keys, YOOMONEY_URL: url }),
    wrongKeys: {
      YOOMONEY_NOTIFICATION_SECRET: 'another-notification-secret',
      YOOMONEY_ACCESS_TOKEN: 'another-wallet-token',
    },
    price: rubles,
    opens: 'locally',
    // The form makes a link of its own for each browser that opens it.
    visit: async ({ payUrl = '' }) => {
      const response = await fetch(payUrl, { redirect: 'manual' });
      return response.headers.get('location')?.split('/').at(-1) ?? '';
    },
    paidTwice: 'two-charges',
    underpaid: [['underpay']],
    overpaid: [['overpay']],
    isSigned: true,
  },
  stripe: {
    standIn: stripeStandIn,
    env: (url) => ({ ...stripeStandIn.keys, STRIPE_API_URL: url }),
    wrongKeys: {
      STRIPE_SECRET_KEY: 'sk_test_of_somebody_else',
      STRIPE_WEBHOOK_SECRET: 'whsec_of_somebody_else',
    },
    price: { amountMinor: 499n, currency: 'USD' },
    opens: 'by-key',
    paidTwice: 'refused',
    underpaid: [['pay', { amount: 100 }]],
    overpaid: [['pay', { amount: 900 }]],
    expirySeconds: 3_700,
    isSigned: true,
    refundCall: 'POST /v1/refunds',
  },
  cryptobot: {
    standIn: cryptobotStandIn,
    env: (url) => ({
      CRYPTOBOT_TOKEN: cryptobotStandIn.keys.CRYPTOBOT_TOKEN,
      CRYPTOBOT_API_URL: url,
    }),
    wrongKeys: { CRYPTOBOT_TOKEN: '999:AAanotherAppsTokenAnotherApp' },
    price: rubles,
    opens: 'anew',
    paidTwice: 'refused',
    expirySeconds: 3_700,
    isSigned: true,
    refundCall: '/api/transfer',
    beforeRefunds: { id: 'on', deed: ['transfers'] },
  },
  heleket: {
    standIn: heleketStandIn,
    env: (url) => ({
      ...heleketStandIn.keys,
      HELEKET_API_URL: url,
      HELEKET_REFUND_TO_SENDER: 'on',
    }),
    wrongKeys: { HELEKET_PAYMENT_KEY: 'another-payment-key', HELEKET_PAYOUT_KEY: 'another-payout' },
    price: { amountMinor: 1_500n, currency: 'USD' },
    opens: 'by-key',
    paidTwice: 'refused',
    underpaid: [['underpay'], ['expire']],
    overpaid: [['overpay']],
    expirySeconds: 3_700,
    isSigned: true,
    refundCall: '/v1/payment/refund',
    refundSeconds: 10,
  },
};
