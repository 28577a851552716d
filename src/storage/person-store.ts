import { AppError } from '../domain/errors';
import { Prisma, type Person as PersonRow } from '../generated/prisma/client';
import type { Database } from './database';
import { ask } from './plain-statement';

export type Language = 'ru' | 'en';

export interface Person {
  /** Opaque; the only form in which a person appears outside the database. */
  readonly id: string;
  readonly telegramId: bigint;
  readonly firstName: string;
  readonly username: string | null;
  readonly language: Language;
  /** The person chose the language; Telegram's hint no longer changes it. */
  readonly languageChosen: boolean;
  readonly bannedAt: Date | null;
  readonly banReason: string | null;
}

/** `isNew`: nobody knew this person before. */
export interface MetPerson extends Person {
  readonly isNew: boolean;
}

/** How Telegram introduces the sender of an update. */
export interface Introduction {
  readonly telegramId: bigint;
  readonly firstName: string;
  readonly username?: string;
  readonly languageCode?: string;
}

/** Postgres' largest bigint; Telegram's ids have 52 bits. */
const telegramIdMax = 2n ** 63n - 1n;

export type PersonStore = ReturnType<typeof createPersonStore>;

export function createPersonStore(db: Database) {
  const change = async (id: string, data: Partial<PersonRow>): Promise<Person> =>
    personOf(await db.person.update({ where: { id }, data }));
  return {
    /** Remembers whoever writes to the bot, and opens an empty balance; one statement. */
    async meet(from: Introduction): Promise<MetPerson> {
      const [row] = await ask<MetRow>(db)`
        WITH ${meeting(from, Prisma.sql`true`)} SELECT ${metColumns} FROM met`;
      if (row === undefined) throw new AppError('INTERNAL', 'The upsert of a person gave no row');
      return metOf(row);
    },

    /** Throws NOT_FOUND. */
    async get(id: string): Promise<Person> {
      const row = await db.person.findUnique({ where: { id } });
      if (row === null) throw new AppError('NOT_FOUND', `No person ${id}`);
      return personOf(row);
    },

    /** Null too for digits an admin typed that no Telegram id can have. */
    async byTelegramId(telegramId: bigint): Promise<Person | null> {
      if (telegramId > telegramIdMax) return null;
      const row = await db.person.findUnique({ where: { telegramId } });
      return row === null ? null : personOf(row);
    },

    chooseLanguage: (id: string, language: Language): Promise<Person> =>
      change(id, { language, languageChosen: true }),
    ban: (id: string, reason: string): Promise<Person> =>
      change(id, { bannedAt: new Date(), banReason: reason }),
    unban: (id: string): Promise<Person> => change(id, { bannedAt: null, banReason: null }),
  };
}

/** A person as `meeting` gives it. */
export type MetRow = Omit<PersonRow, 'createdAt'> & { readonly isNew: boolean };

export const metColumns = Prisma.sql`
  met.id, met.telegram_id AS "telegramId", met.first_name AS "firstName", met.username,
  met.language, met.language_chosen AS "languageChosen", met.banned_at AS "bannedAt",
  met.ban_reason AS "banReason", met.is_new AS "isNew"`;

/**
 * The part of a statement that meets a person where `condition` holds, for a WITH: `met` has the row
 * then, see `metColumns`.
 */
export function meeting(from: Introduction, condition: Prisma.Sql): Prisma.Sql {
  const language = from.languageCode === undefined ? null : languageFor(from.languageCode);
  return Prisma.sql`
    met AS (
      INSERT INTO people (id, telegram_id, first_name, username, language)
      SELECT gen_random_uuid(), ${from.telegramId}::bigint, ${from.firstName}::text,
        ${from.username ?? null}::text, coalesce(${language}::text, 'en')
      WHERE ${condition}
      ON CONFLICT (telegram_id) DO UPDATE SET
        first_name = excluded.first_name, username = excluded.username,
        language = CASE WHEN people.language_chosen THEN people.language
          ELSE coalesce(${language}::text, people.language) END
      RETURNING *, xmax = 0 AS is_new
    ), opened AS (
      INSERT INTO ledger_balances (person_id) SELECT id FROM met WHERE is_new
    )`;
}

export function metOf(row: MetRow): MetPerson {
  return { ...personOf(row), isNew: row.isNew };
}

/** Languages whose speakers mostly read Russian better than English. */
const russianReaders = new Set(['ru', 'be', 'uk', 'kk']);

function languageFor(languageCode: string): Language {
  const [base = ''] = languageCode.toLowerCase().split('-');
  return russianReaders.has(base) ? 'ru' : 'en';
}

function personOf(row: Omit<PersonRow, 'createdAt'>): Person {
  return {
    id: row.id,
    telegramId: row.telegramId,
    firstName: row.firstName,
    username: row.username,
    language: asLanguage(row.language),
    languageChosen: row.languageChosen,
    bannedAt: row.bannedAt,
    banReason: row.banReason,
  };
}

/** Anything but Russian is English, as in the texts. */
export function asLanguage(value: string): Language {
  return value === 'ru' ? 'ru' : 'en';
}
