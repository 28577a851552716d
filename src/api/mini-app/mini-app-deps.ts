import type { Currency, Money } from '../../domain/money';
import type { Pack } from '../../domain/packs';
import type { LedgerStore } from '../../storage/ledger-store';
import type { MiniAppLaunches } from '../../storage/mini-app-launches';
import type { PaymentStore } from '../../storage/payment-store';
import type { PersonStore } from '../../storage/person-store';
import type { PromoStore } from '../../storage/promo-store';
import type { Language, Texts, Translate } from '../../texts/texts';

/** A payment system as the Mini App offers it. */
export interface AppMethod {
  readonly id: string;
  readonly currencies: readonly Currency[];
  readonly invoiceMs: number;
  readonly wantsEmail: boolean;
}

/** Amounts and names as people of a language read them; the bot words them alike. */
export interface Wording {
  readonly money: (t: Translate, money: Money) => string;
  readonly unitPrice: (t: Translate, pack: Pack) => string;
  readonly method: (t: Translate, system: string) => string;
  readonly day: (date: Date, language: Language) => string;
}

/** What the Mini App's routes need besides what the whole API has. */
export interface MiniAppDeps {
  readonly payments: Pick<
    PaymentStore,
    'listWithStanding' | 'order' | 'receiptEmail' | 'setReceiptEmail' | 'shelf' | 'standingOf'
  >;
  readonly persons: Pick<PersonStore, 'byTelegramId' | 'get'>;
  readonly promos: Pick<PromoStore, 'enter' | 'selected'>;
  readonly ledger: Pick<LedgerStore, 'balance'>;
  readonly launches: MiniAppLaunches;
  /** The ways to pay that are switched on; Stars come first. */
  readonly methods: readonly AppMethod[];
  readonly currencyFor: (method: AppMethod, language: Language) => Currency;
  readonly texts: Texts;
  readonly wording: Wording;
  readonly now: () => Date;
}
