/** What must be true of a generation whose worker was killed. Pure: facts in, complaints out. */
import type { Moment } from './cases';

/** What a provider can do about a submit whose answer was lost. */
export interface Powers {
  /** The result comes with the answer to the submit. */
  readonly answersAtOnce: boolean;
  readonly findsByReference: boolean;
  readonly dedupesSubmit: boolean;
}

export interface Facts {
  readonly moment: Moment;
  readonly powers: Powers;
  /** Paid requests for this generation that reached the provider. */
  readonly submits: number;
  /** Jobs the provider made of them. */
  readonly jobs: number;
  readonly workflow: string;
  readonly status: string;
  readonly code: string | null;
  readonly reserve: string | null;
  /** Messages in the chat that carry the result. */
  readonly results: number;
  /** Messages that say that there is none and that the tokens came back. */
  readonly refusals: number;
  /** What the person had, has, and what the generation costs. */
  readonly before: bigint;
  readonly after: bigint;
  readonly price: bigint;
  /** Places at the provider that are still held for a result that was delivered. */
  readonly places: number;
  readonly ledger: { readonly sound: boolean; readonly sumOfDeltas: bigint };
}

/** One line for each thing that is wrong; empty when all is well. */
export function judge(facts: Facts): readonly string[] {
  const { ledger } = facts;
  return [
    ...paidOnce(facts),
    ...(mustBeLost(facts) ? ended(facts) : delivered(facts)),
    ...(facts.workflow === 'COMPLETED' ? [] : [`its workflow is ${facts.workflow}`]),
    ...(ledger.sound ? [] : ['the ledger is unsound']),
    ...(ledger.sumOfDeltas === 0n ? [] : ['the entries of the ledger do not sum to zero']),
  ];
}

/** Nobody can say what became of the paid call, so that it must not be repeated. */
export function mustBeLost({ moment, powers }: Pick<Facts, 'moment' | 'powers'>): boolean {
  if (moment === 'deliver') return false;
  // Its answer is the result: as long as that is not recorded, it is lost with the worker.
  if (powers.answersAtOnce) return true;
  return moment === 'submit' && !powers.findsByReference && !powers.dedupesSubmit;
}

function paidOnce({ submits, jobs, powers }: Facts): string[] {
  return [
    ...(submits >= 1 ? [] : ['the provider was never asked']),
    ...(submits <= 1 || powers.dedupesSubmit ? [] : [`it was submitted ${submits} times`]),
    ...(jobs <= 1 ? [] : [`the provider made ${jobs} jobs of it`]),
  ];
}

function delivered(facts: Facts): string[] {
  const { status, results, reserve, before, after, price, moment } = facts;
  // Telegram cannot be asked what it took: a message that may not have arrived is sent again.
  const most = moment === 'deliver' ? 2 : 1;
  return [
    ...(status === 'delivered' ? [] : [`it is ${status} (${facts.code ?? 'no code'})`]),
    ...(results >= 1 ? [] : ['the result was never sent']),
    ...(results <= most ? [] : [`the result was sent ${results} times`]),
    ...(facts.refusals === 0 ? [] : ['the person was told that there is no result']),
    ...(reserve === 'committed' ? [] : [`its tokens are ${reserve ?? 'not reserved'}`]),
    ...(after === before - price ? [] : [`the person had ${before} and has ${after}`]),
    ...(facts.places === 0 ? [] : ['its place at the provider is still taken']),
  ];
}

function ended(facts: Facts): string[] {
  const { status, code, results, reserve, before, after } = facts;
  return [
    ...(status === 'released' ? [] : [`it is ${status}`]),
    ...(code === 'OUTCOME_UNKNOWN' ? [] : [`it ended with ${code ?? 'no code'}`]),
    ...(results === 0 ? [] : ['a result was sent after all']),
    ...(facts.refusals === 1 ? [] : [`the person was told ${facts.refusals} times of the end`]),
    ...(reserve === 'released' ? [] : [`its tokens are ${reserve ?? 'not reserved'}`]),
    ...(after === before ? [] : [`the person had ${before} and has ${after}`]),
  ];
}
