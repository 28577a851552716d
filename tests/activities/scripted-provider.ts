/** A provider that keeps a book of its jobs and answers as a test scripts. */
import type { FilmTerms } from '../../src/domain/film';
import type { Provider, ProviderOutput, ProviderState } from '../../src/providers/provider';
import type { Providers } from '../../src/providers/registry';

export interface ScriptedProvider {
  readonly providers: Providers;
  /** Every job that was accepted: our reference, one entry for each. */
  readonly accepted: string[];
  readonly cancelled: string[];
  /** Where each input of each job may be fetched. */
  readonly addresses: readonly (string | undefined)[];
  /** The next submits throw this without taking the job. */
  refuse(...errors: Error[]): void;
  /** Takes every job again. */
  recover(): void;
  /** How many submits will still be refused. */
  refusalsLeft(): number;
  /** The next submit takes the job and then throws this. */
  lose(error: Error): void;
  /** What `collect` answers from now on; an error is thrown. */
  answer(state: ProviderState | Error): void;
  /** From now on a submit brings the result itself. */
  makeAtOnce(outputs: readonly ProviderOutput[]): void;
  /** How often `collect` was asked. */
  asked(): number;
}

export interface Traits {
  readonly dedupesSubmit: boolean;
  readonly canBeAsked: boolean;
  /** Its id; "sandbox" when left out. */
  readonly id?: string;
  readonly concurrencyMax?: number;
  readonly films?: FilmTerms;
}

export function createScriptedProvider(traits: Traits): ScriptedProvider {
  const { id = 'sandbox' } = traits;
  let atOnce: readonly ProviderOutput[] | undefined;
  const accepted: string[] = [];
  const cancelled: string[] = [];
  const addresses: (string | undefined)[] = [];
  const refusals: Error[] = [];
  const losses: Error[] = [];
  let state: ProviderState | Error = { status: 'working', progress: 10 };
  let asked = 0;
  const provider: Provider = {
    async submit({ reference, inputs }) {
      addresses.push(...inputs.map(({ address }) => address));
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      if (!traits.dedupesSubmit || !accepted.includes(reference)) accepted.push(reference);
      const loss = losses.shift();
      if (loss !== undefined) throw loss;
      return {
        providerJobId: `job:${reference}`,
        ...(atOnce === undefined ? {} : { outputs: atOnce }),
      };
    },
    async collect() {
      asked += 1;
      if (state instanceof Error) throw state;
      return state;
    },
    async cancel(providerJobId) {
      cancelled.push(providerJobId);
    },
    ...(traits.canBeAsked && {
      async findByReference(reference: string) {
        return accepted.includes(reference) ? { providerJobId: `job:${reference}` } : undefined;
      },
    }),
  };
  const definition = {
    id,
    settings: undefined as never,
    dedupesSubmit: traits.dedupesSubmit,
    callsBack: false,
    ...(traits.concurrencyMax === undefined ? {} : { concurrencyMax: traits.concurrencyMax }),
    ...(traits.films === undefined ? {} : { films: traits.films }),
    models: [],
    create: () => provider,
  };
  return {
    providers: { ready: new Map([[id, { definition, provider }]]), off: [] },
    accepted,
    cancelled,
    addresses,
    refuse: (...errors) => refusals.push(...errors),
    recover: () => {
      refusals.length = 0;
    },
    refusalsLeft: () => refusals.length,
    lose: (error) => losses.push(error),
    answer: (next) => {
      state = next;
    },
    makeAtOnce: (outputs) => {
      atOnce = outputs;
    },
    asked: () => asked,
  };
}
