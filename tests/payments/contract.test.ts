/**
 * What the product relies on, tried on every registered payment system with its stand-in; with
 * EASEL_CONTRACT_LIVE=<id> what can be tried without paying, at that one itself with the settings of
 * the environment.
 */
import { currencyDecimals } from '../../src/domain/money';
import { settingNames } from '../../src/config/settings';
import { paymentDefinitions } from '../../src/payments/registry';
import { describeFailures } from './contract-failures';
import { describeInvoices } from './contract-invoices';
import { describeLive } from './contract-live';
import { describeRefunds } from './contract-refunds';
import type { Room } from './contract-room';
import { trials } from './contract-trials';
import { describeWebhooks } from './contract-webhooks';
import { openPaymentHouse, type PaymentHouse } from './harness';

const live = process.env['EASEL_CONTRACT_LIVE'];
// A transfer by card is between two people: there is no system to play or to ask.
const asked = paymentDefinitions.filter(({ id }) => id !== 'card');
const definitions = asked.filter(({ id }) => live === undefined || id === live);

test('the payment system that was asked for is registered', () => {
  expect(definitions.map(({ id }) => id)).not.toEqual([]);
});

describe.each(definitions)('payment system $id', (definition) => {
  const trial = trials[definition.id];
  if (trial === undefined) throw new Error('add a trial to tests/payments/contract-trials.ts');

  test('its definition is whole', () => {
    const { id, secrets, currencies, invoiceSeconds, pollMs, graceSeconds } = definition;
    expect(id).toMatch(/^[a-z]+$/);
    expect(settingNames(definition)).toEqual(expect.arrayContaining([...secrets]));
    expect(currencies.filter((one) => one in currencyDecimals)).toEqual(currencies);
    expect(currencies).toContain(trial.price.currency);
    expect(invoiceSeconds.least).toBeLessThanOrEqual(invoiceSeconds.most);
    expect(Math.min(pollMs / 1000, graceSeconds)).toBeGreaterThanOrEqual(1);
  });

  if (live !== undefined) {
    describeLive(definition, trial);
    return;
  }

  let house: PaymentHouse;
  const room: Room = { definition, trial, house: () => house };

  beforeEach(async () => {
    house = await openPaymentHouse({ definition, standIn: trial.standIn, env: trial.env });
  });

  afterEach(() => house.close());

  describeInvoices(room);
  describeFailures(room);
  describe('a webhook', () => {
    describeWebhooks(room);
  });
  describeRefunds(room);
});
