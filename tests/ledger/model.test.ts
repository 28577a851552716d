/**
 * Random programs run against the ledger and against a model of a few lines; after each command both
 * must say the same. A failure prints the seed: `EASEL_SEED=<seed> npx jest tests/ledger/model`.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { ErrorCode } from '../../src/domain/errors';
import { tokens } from '../../src/domain/tokens';
import type { LedgerStore } from '../../src/storage/ledger-store';
import { codeOf, createWorld, later, type World } from '../storage/store-world';

interface Model {
  available: bigint;
  held: bigint;
  debt: bigint;
  /** What each key was first used for. */
  readonly keys: Map<string, string>;
  readonly reserves: Map<string, { amount: bigint; state: string }>;
}

interface Real {
  readonly ledger: LedgerStore;
  readonly personId: string;
  /** Makes the program's short names unique among programs. */
  readonly run: string;
}

/** What the model expects: applied, seen before, or refused. */
type Expected = 'applied' | 'seen' | ErrorCode;

abstract class Command implements fc.AsyncCommand<Model, Real> {
  check = (): boolean => true;
  abstract expect(model: Model): Expected;
  abstract act(real: Real): Promise<{ applied: boolean }>;
  abstract toString(): string;

  async run(model: Model, real: Real): Promise<void> {
    const expected = this.expect(model);
    const answer = await codeOf(this.act(real));
    const got = typeof answer === 'string' ? answer : answer.applied ? 'applied' : 'seen';
    assert.equal(got, expected);
    const { available, held, debt } = model;
    assert.deepEqual(await real.ledger.balance(real.personId), { available, held, debt });
  }
}

/** A posting with a key: the first use applies, the same again is seen, another is a conflict. */
function once(model: Model, key: string, wish: string, apply: () => Expected): Expected {
  const before = model.keys.get(key);
  if (before !== undefined) return before === wish ? 'seen' : 'IDEMPOTENCY_CONFLICT';
  const expected = apply();
  if (expected === 'applied') model.keys.set(key, wish);
  return expected;
}

class Credit extends Command {
  readonly amount: bigint;
  readonly key: number;
  constructor(amount: bigint, key: number) {
    super();
    this.amount = amount;
    this.key = key;
  }
  expect(model: Model): Expected {
    return once(model, `k${this.key}`, `credit ${this.amount}`, () => {
      const repaid = model.debt < this.amount ? model.debt : this.amount;
      model.debt -= repaid;
      model.available += this.amount - repaid;
      return 'applied';
    });
  }
  act({ ledger, personId, run }: Real) {
    const movement = { personId, amount: tokens(this.amount), key: `${run}:k${this.key}` };
    return ledger.credit({ ...movement, operation: 'admin', reference: run });
  }
  toString = () => `credit(${this.amount}, key ${this.key})`;
}

class Debit extends Command {
  readonly amount: bigint;
  readonly key: number;
  constructor(amount: bigint, key: number) {
    super();
    this.amount = amount;
    this.key = key;
  }
  expect(model: Model): Expected {
    return once(model, `k${this.key}`, `debit ${this.amount}`, () => {
      if (model.available < this.amount) return 'INSUFFICIENT_TOKENS';
      model.available -= this.amount;
      return 'applied';
    });
  }
  act({ ledger, personId, run }: Real) {
    const movement = { personId, amount: tokens(this.amount), key: `${run}:k${this.key}` };
    return ledger.debit({ ...movement, operation: 'debit', reference: run });
  }
  toString = () => `debit(${this.amount}, key ${this.key})`;
}

class ClawBack extends Command {
  readonly amount: bigint;
  readonly key: number;
  readonly force: boolean;
  constructor(amount: bigint, key: number, force: boolean) {
    super();
    this.amount = amount;
    this.key = key;
    this.force = force;
  }
  expect(model: Model): Expected {
    return once(model, `k${this.key}`, `claw ${this.amount}`, () => {
      if (model.available < this.amount && !this.force) return 'INSUFFICIENT_TOKENS';
      const taken = model.available < this.amount ? model.available : this.amount;
      model.available -= taken;
      model.debt += this.amount - taken;
      return 'applied';
    });
  }
  act({ ledger, personId, run }: Real) {
    const movement = { personId, amount: tokens(this.amount), key: `${run}:k${this.key}` };
    const operation = 'bonus_back' as const;
    return ledger.clawBack({ ...movement, operation, reference: run, force: this.force });
  }
  toString = () => `clawBack(${this.amount}, key ${this.key}${this.force ? ', forced' : ''})`;
}

class Reserve extends Command {
  readonly amount: bigint;
  readonly id: number;
  constructor(amount: bigint, id: number) {
    super();
    this.amount = amount;
    this.id = id;
  }
  expect(model: Model): Expected {
    return once(model, `g${this.id}`, `reserve ${this.amount}`, () => {
      if (model.available < this.amount) return 'INSUFFICIENT_TOKENS';
      model.available -= this.amount;
      model.held += this.amount;
      model.reserves.set(`g${this.id}`, { amount: this.amount, state: 'open' });
      return 'applied';
    });
  }
  act({ ledger, personId, run }: Real) {
    const amount = tokens(this.amount);
    const generationId = `${run}:g${this.id}`;
    return ledger.reserve({ personId, amount, generationId, expiresAt: later() });
  }
  toString = () => `reserve(${this.amount}, g${this.id})`;
}

class End extends Command {
  readonly ending: 'commit' | 'release' | 'expire';
  readonly id: number;
  constructor(ending: 'commit' | 'release' | 'expire', id: number) {
    super();
    this.ending = ending;
    this.id = id;
  }
  expect(model: Model): Expected {
    const reserve = model.reserves.get(`g${this.id}`);
    if (reserve === undefined) return 'NOT_FOUND';
    if (reserve.state !== 'open') return reserve.state === this.ending ? 'seen' : 'RESERVE_CLOSED';
    reserve.state = this.ending;
    model.held -= reserve.amount;
    if (this.ending !== 'commit') model.available += reserve.amount;
    return 'applied';
  }
  act({ ledger, run }: Real) {
    return ledger[this.ending](`${run}:g${this.id}`);
  }
  toString = () => `${this.ending}(g${this.id})`;
}

const amount = fc.bigInt({ min: 1n, max: 12n });
const name = fc.integer({ min: 0, max: 5 });
const commands = [
  fc.tuple(amount, name).map(([a, key]) => new Credit(a, key)),
  fc.tuple(amount, name).map(([a, key]) => new Debit(a, key + 4)),
  fc.tuple(amount, name, fc.boolean()).map(([a, key, force]) => new ClawBack(a, key + 8, force)),
  fc.tuple(amount, name).map(([a, id]) => new Reserve(a, id)),
  fc
    .tuple(fc.constantFrom('commit' as const, 'release' as const, 'expire' as const), name)
    .map(([ending, id]) => new End(ending, id)),
];

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('any program of postings leaves the ledger as a model of a few lines says', async () => {
  const seed = Number(process.env['EASEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const program = fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (cmds) => {
    const person = await world.person();
    await fc.asyncModelRun(
      () => ({
        model: { available: 0n, held: 0n, debt: 0n, keys: new Map(), reserves: new Map() },
        real: { ledger: world.ledger, personId: person.id, run: randomUUID() },
      }),
      cmds,
    );
  });
  await fc.assert(program, { seed, numRuns: 60, endOnFailure: process.env['CI'] === undefined });
  await world.assertSound();
});

test('any crowd of postings at the same time leaves a sound ledger', async () => {
  const seed = Number(process.env['EASEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const crowd = fc.asyncProperty(
    fc.array(fc.oneof(...commands), { minLength: 10, maxLength: 40 }),
    async (cmds) => {
      const person = await world.person(20n);
      const real = { ledger: world.ledger, personId: person.id, run: randomUUID() };
      await Promise.all(cmds.map((command) => codeOf(command.act(real))));
      const { available, held, debt } = await world.ledger.balance(person.id);
      const history = await world.ledger.history(person.id, { limit: 100 });
      expect(available).toBe(history.reduce((sum, row) => sum + row.amount, 0n));
      expect([available >= 0n, held >= 0n, debt >= 0n]).toEqual([true, true, true]);
    },
  );
  await fc.assert(crowd, { seed, numRuns: 25 });
  await world.assertSound();
});
