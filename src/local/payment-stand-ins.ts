/** The payment systems that are played beside the sandbox, and what leads Easel to them. */
import type { Ports } from './local-settings';

type Environment = Readonly<Record<string, string | undefined>>;

interface PaymentStandIn {
  /** As PAYMENT_SYSTEMS names it. */
  readonly id: string;
  readonly name: string;
  readonly port: keyof Ports;
  /** The settings of its adapter; the keys are shown by one side and checked by the other. */
  env(url: string): Readonly<Record<string, string>>;
}

export const paymentStandIns: readonly PaymentStandIn[] = [
  {
    id: 'yookassa',
    name: 'YooKassa',
    port: 'sandboxYookassa',
    env: (url) => ({
      YOOKASSA_API_URL: `${url}/v3`,
      YOOKASSA_SHOP_ID: '100500',
      YOOKASSA_SECRET_KEY: 'test_sandbox_yookassa',
      YOOKASSA_WEBHOOK_NETWORKS: '127.0.0.1',
    }),
  },
  {
    id: 'yoomoney',
    name: 'YooMoney',
    port: 'sandboxYoomoney',
    env: (url) => ({
      YOOMONEY_URL: url,
      YOOMONEY_WALLET: '41001000000000',
      YOOMONEY_NOTIFICATION_SECRET: 'sandbox-notification-secret',
      YOOMONEY_ACCESS_TOKEN: 'sandbox-wallet-token',
    }),
  },
  {
    id: 'cryptobot',
    name: 'CryptoBot',
    port: 'sandboxCryptobot',
    env: (url) => ({
      CRYPTOBOT_API_URL: url,
      CRYPTOBOT_TOKEN: '12345:AAsandboxCryptoPayToken0123456789',
      // Only its stand-in reads this: refunds are off for a new app.
      CRYPTOBOT_SANDBOX_TRANSFERS: 'on',
    }),
  },
  {
    id: 'heleket',
    name: 'Heleket',
    port: 'sandboxHeleket',
    env: (url) => ({
      HELEKET_API_URL: url,
      HELEKET_MERCHANT: '8b03432e-385b-4670-8d06-064591096795',
      HELEKET_PAYMENT_KEY: 'sandbox-heleket-payment-key',
      HELEKET_PAYOUT_KEY: 'sandbox-heleket-payout-key',
      HELEKET_REFUND_TO_SENDER: 'on',
    }),
  },
  {
    id: 'stripe',
    name: 'Stripe',
    port: 'sandboxStripe',
    env: (url) => ({
      STRIPE_API_URL: url,
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_WEBHOOK_SECRET: 'whsec_sandbox',
    }),
  },
];

/** Nobody plays a bank: the sandbox's admin confirms transfers by hand. */
const card = {
  CARD_DETAILS_RU: 'Карта 0000 0000 0000 0000\nБанк Песочница\nЗдесь денег не переводят.',
  CARD_DETAILS_INTERNATIONAL: 'IBAN XX00 0000 0000 0000\nSandbox Bank\nNo money is sent here.',
};

/**
 * What both sides are given. A system some of whose settings are the person's own is theirs alone:
 * their keys must not meet our address.
 */
export function paymentEnvironment(ports: Ports, own: Environment): Record<string, string> {
  const systems = paymentStandIns.flatMap(({ port, env }) => {
    const settings = env(`http://127.0.0.1:${ports[port]}`);
    const isTheirs = Object.keys(settings).some((name) => own[name] !== undefined);
    return isTheirs ? [] : Object.entries(settings);
  });
  return {
    PAYMENT_SYSTEMS: [...paymentStandIns.map(({ id }) => id), 'card'].join(','),
    ...card,
    ...Object.fromEntries(systems),
  };
}
