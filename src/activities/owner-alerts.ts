/** News for the owner: what only they can mend. Best effort, each piece of news once. */
import { usdOf, type Spending } from '../domain/budget';
import type { Finding } from '../domain/finding';
import type { ProviderFailureClass } from '../domain/provider-failure';
import type { Logger } from '../observability/logger';
import type { DeliveryStore } from '../storage/delivery-store';
import type { PersonStore } from '../storage/person-store';
import {
  accountAlertCard,
  breakerAlertCard,
  budgetAlertCard,
  findingAlertCard,
  retiredAlertCard,
} from '../telegram/alert-cards';
import type { Card, TelegramClient } from '../telegram/client';
import type { Language } from '../texts/texts';
import { sendOnce } from './send-once';

export interface OwnerAlertsDeps {
  readonly admins: readonly string[];
  readonly persons: Pick<PersonStore, 'byTelegramId'>;
  readonly deliveries: DeliveryStore;
  readonly telegram: Pick<TelegramClient, 'sendText'>;
  readonly logger: Logger;
  readonly now: () => Date;
}

export type OwnerAlerts = ReturnType<typeof createOwnerAlerts>;

export function createOwnerAlerts(deps: OwnerAlertsDeps) {
  const tell = createTeller(deps);
  return {
    /** Our key or our money there; once an hour for as long as it lasts. */
    async account(provider: string, failure: ProviderFailureClass): Promise<void> {
      const hour = deps.now().toISOString().slice(0, 13);
      deps.logger.error({ provider, failure }, 'A provider refuses our account');
      await tell(`account:${provider}:${failure}:${hour}`, (language) =>
        accountAlertCard({ language, provider, failure }),
      );
    },

    async retired(model: string, provider: string, since: Date): Promise<void> {
      await tell(`retired:${model}:${since.toISOString()}`, (language) =>
        retiredAlertCard({ language, model, provider }),
      );
    },

    async breakerOpened(provider: string, failure: ProviderFailureClass, at: Date): Promise<void> {
      deps.logger.error({ provider, failure }, 'A provider rests after its failures');
      await tell(`breaker:${provider}:${at.toISOString()}`, (language) =>
        breakerAlertCard({ language, provider, failure }),
      );
    },

    /** Once for each finding. */
    async finding(finding: Finding): Promise<void> {
      const { id, class: kind, system, subject, detail } = finding;
      deps.logger.error(
        { finding: id.toString(), kind, system, subject, detail },
        'The books need an admin',
      );
      await tell(`finding:${id}`, (language) => findingAlertCard({ language, finding }));
    },

    async budget(reached: {
      readonly provider: string;
      readonly period: 'day' | 'month';
      readonly percent: number;
      readonly spending: Spending;
    }): Promise<void> {
      const { provider, period, percent, spending } = reached;
      const when = deps
        .now()
        .toISOString()
        .slice(0, period === 'day' ? 10 : 7);
      const budget = usdOf(spending.budgetMicros ?? 0n);
      // A budget that was raised has marks of its own.
      await tell(`budget:${provider}:${when}:${percent}:${budget}`, (language) =>
        budgetAlertCard({
          language,
          provider,
          period,
          percent,
          spent: usdOf(spending.micros),
          budget,
        }),
      );
    },
  };
}

/** `key` names the news for ever. */
function createTeller(deps: OwnerAlertsDeps) {
  return async (key: string, card: (language: Language) => Card): Promise<void> => {
    for (const admin of deps.admins) {
      try {
        const person = await deps.persons.byTelegramId(BigInt(admin));
        // Who never met the bot cannot get a message from it.
        if (person === null) continue;
        await sendOnce(deps.deliveries, {
          key: `alert:${key}:${admin}`,
          chatId: person.telegramId,
          send: () => deps.telegram.sendText(person.telegramId, card(person.language)),
        });
      } catch (error) {
        deps.logger.warn({ err: error, alert: key }, 'An admin could not be alerted');
      }
    }
  };
}
