/** What the server answers; see its /docs. */
import type { Language } from './texts';

export interface Offer {
  readonly tokens: string;
  readonly name: string;
  readonly price: string;
  readonly fullPrice: string | null;
  readonly each: string;
}

export interface Shelf {
  readonly system: string;
  readonly name: string;
  readonly currency: string;
  readonly needsEmail: boolean;
  readonly packs: readonly Offer[];
  readonly custom: {
    readonly least: string;
    readonly most: string;
    readonly bounds: string;
  } | null;
}

export interface Me {
  readonly balance: string;
  readonly language: Language;
  readonly promo: string | null;
  readonly shelves: readonly Shelf[];
}

export type Standing =
  | 'created'
  | 'invoiced'
  | 'paid'
  | 'expired'
  | 'failed'
  | 'held'
  | 'closed'
  | 'refunded'
  | 'part_refunded';

export interface Payment {
  readonly id: string;
  readonly system: string;
  readonly method: string;
  readonly name: string;
  readonly price: string;
  readonly day: string;
  readonly standing: Standing;
  readonly status: string;
  readonly payUrl: string | null;
  readonly payWords: string | null;
}

export interface Order {
  readonly key: string;
  readonly system: string;
  readonly currency: string;
  readonly tokens: string;
  readonly email?: string;
}
