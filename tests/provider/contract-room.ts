import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderDefinition,
  type ProviderJob,
  type ProviderOutput,
  type SeedModel,
} from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import { amountOf, completeOptions } from '../../src/domain/catalogue';
import { until, type Abilities, type Patience, type StandIn } from './stand-in';

const photo = readFileSync(join(__dirname, 'fixtures', 'astronaut.jpg'));
/** Three seconds, 1280 x 720. */
export const film = readFileSync(join(__dirname, 'fixtures', 'fractal.mp4'));

// A live provider works for minutes and does not like to be asked all the time.
const patience: Patience | undefined =
  process.env['EASEL_CONTRACT_LIVE'] === undefined
    ? undefined
    : { everyMs: 10_000, forMs: 880_000 };

/** What the promises of the contract are tried on. */
export interface Room {
  readonly definition: ProviderDefinition;
  readonly can: Abilities;
  /** The settings the adapter finds its provider with. */
  env(): Readonly<Record<string, string>>;
  wrongCredentials(): Readonly<Record<string, string>>;
  provider(): Provider;
  /** The same provider with other settings or another way to the network. */
  connect(change: { env?: Readonly<Record<string, string>>; http?: HttpClient }): Provider;
}

/** A room with a stand-in, which can be made to fail. */
export interface FaultyRoom extends Room {
  standIn(): StandIn;
}

export function makeReady(
  definition: ProviderDefinition,
  env: Readonly<Record<string, string>>,
  http: HttpClient = fetch,
): Provider {
  const { ready, off } = createProviders(env, http, [definition]);
  const found = ready.get(definition.id);
  if (found === undefined) throw new Error(`${definition.id} is off: ${String(off[0]?.reason)}`);
  return found.provider;
}

/** The model that costs least, for a live run is paid for. */
function cheapest(models: readonly SeedModel[]): SeedModel | undefined {
  const cost = ({ cost, options = {} }: SeedModel) =>
    cost === undefined ? 0n : amountOf(cost, completeOptions(options, {}));
  return [...models].sort((a, b) => (cost(a) < cost(b) ? -1 : 1))[0];
}

/** A job for the cheapest model of that kind, of any kind when none is told. */
export function jobFor(
  { definition }: Room,
  change: Partial<ProviderJob> = {},
): ProviderJob & { readonly reference: string } {
  const { kind, mode = 'text' } = change;
  const fitting = definition.models.filter(
    (model) => (kind === undefined || model.kind === kind) && model.modes.includes(mode),
  );
  const model = cheapest(fitting);
  if (model === undefined) throw new Error('no model for that');
  const reference = randomUUID();
  return {
    reference,
    kind: model.kind,
    mode,
    providerModel: model.providerModel,
    // The reference stands in the prompt too, for providers that are told none.
    prompt: `a lighthouse at sunset ${reference}`,
    inputs: mode === 'photo' ? [{ mediaType: 'image/jpeg', bytes: photo }] : [],
    options: completeOptions(model.options ?? {}, {}),
    ...change,
  };
}

/** The error a call is refused with; fails the test when it isn't a ProviderError. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error(`no ProviderError but ${String(error)}`);
  return error;
}

/** Waits for the end of a submitted job. */
export async function collected(
  provider: Provider,
  submitted: Awaited<ReturnType<Provider['submit']>>,
): Promise<readonly ProviderOutput[]> {
  if (submitted.outputs !== undefined) return submitted.outputs;
  const state = await until(async () => {
    const seen = await provider.collect(submitted.providerJobId);
    return seen.status === 'working' ? undefined : seen;
  }, patience);
  if (state.status === 'failed') throw new ProviderError(state.failure, state.detail);
  return state.outputs;
}

/** Submits and waits for the end; however the job fails, this throws its ProviderError. */
export async function outputsOf(
  provider: Provider,
  job: ProviderJob,
): Promise<readonly ProviderOutput[]> {
  return collected(provider, await provider.submit(job));
}
