import { inspect } from 'node:util';
import { json, serve, type Answer, type Call } from '../../providers/frame/http-server';
import { openPremises, type Outcome, type Premises } from './premises';
import type { StandInAnswer, StandInCall, StandInDefinition } from './stand-in';

export interface StandInOptions<Key extends string = string> {
  /** 0 picks a free one. */
  readonly port: number;
  /** Its state is kept in `<dataDir>/<id>.jsonl`; a restart goes on from there. */
  readonly dataDir: string;
  /** 127.0.0.1 unless told: the control API lets anybody do anything. */
  readonly host?: string;
  /** The cabinet's webhook address; without it the one that was set last stays. */
  readonly webhookUrl?: string;
  /** In the place of the definition's own. */
  readonly keys?: Partial<Readonly<Record<Key, string>>>;
}

export interface StandIn {
  readonly id: string;
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const sweepEveryMs = 1000;

function callOf({ method, path, query, headers, body }: Call): StandInCall {
  const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const flat = Object.fromEntries(given) as Record<string, string>;
  return { method, path, query, headers: flat, rawBody: body };
}

function wireAnswer({ status, body = {}, headers = {} }: StandInAnswer): Answer & { kind: 'json' } {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'json', status, body: text, headers };
}

/** How an answer leaves: whole, cut off, never, or not at all. */
function send({ answer, fault }: Outcome): Answer | Promise<Answer> {
  if (answer === undefined || fault?.kind === 'lose-answer') return { kind: 'none' };
  // The connection stays open until the caller has had enough.
  if (fault?.kind === 'hang-after-commit') return new Promise(() => undefined);
  const whole = wireAnswer(answer);
  const text = String(whole.body);
  return fault?.kind === 'malformed' ? { ...whole, body: text.slice(0, text.length / 2) } : whole;
}

/**
 * Starts what plays a payment system. The port is taken before the file is opened, so that two of
 * them never write one file.
 */
export async function startStandIn<Key extends string>(
  definition: StandInDefinition<Key>,
  options: StandInOptions<Key>,
): Promise<StandIn> {
  let opened: (premises: Premises) => void = () => undefined;
  const open = new Promise<Premises>((resolve) => (opened = resolve));
  const answer = async (call: Call): Promise<Answer> => {
    const premises = await open;
    try {
      return await send(await premises.serve(callOf(call)));
    } catch (error) {
      process.stderr.write(`Stand-in ${definition.id} failed: ${inspect(error)}\n`);
      throw error;
    }
  };
  const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;
  const served = await serve({
    port: options.port,
    host: options.host,
    routes: methods.map((method) => ({ method, path: /^/, answer })),
    guard: () => undefined,
    problem: (status, message) => json({ error: message }, status),
  });
  const { url, port } = served;
  let premises: Premises;
  try {
    premises = openPremises(definition, options, url);
  } catch (error) {
    await served.close();
    throw error;
  }
  opened(premises);
  const sweeping = setInterval(premises.sweep, sweepEveryMs);
  return {
    id: definition.id,
    url,
    port,
    async close() {
      clearInterval(sweeping);
      await served.close();
      await premises.close();
    },
  };
}
