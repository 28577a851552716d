import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdmin } from './admin';
import { createEventLog, type EventLog } from './event-log';
import { createFaults, type ApiFault, type Faults } from './faults';
import { languageOf, renderMissing, renderPayPage } from './pay-page';
import { formFields } from './request';
import type { StandInOptions } from './server';
import {
  StandInRefusal,
  type ActionBody,
  type StandInAnswer,
  type StandInCall,
  type StandInDefinition,
  type StandInSystem,
} from './stand-in';
import { openStore } from './store';
import { createWebhooks, type WebhookSetting } from './webhooks';

/** What is to leave, and what is to go wrong with it. Without an answer the connection breaks. */
export interface Outcome {
  readonly answer?: StandInAnswer;
  readonly fault?: ApiFault;
}

/** A stand-in without its socket. */
export interface Premises {
  serve(call: StandInCall): Promise<Outcome>;
  sweep(): void;
  close(): Promise<void>;
}

interface Parts {
  readonly definition: Pick<StandInDefinition, 'title'>;
  readonly system: StandInSystem;
  readonly faults: Faults;
  readonly log: EventLog;
  admin(call: StandInCall): StandInAnswer;
  act(name: string, id: string, body: ActionBody): unknown;
}

/** Shows the pay page, or does what its button says and shows what became of it. */
function servePage(parts: Parts, call: StandInCall): StandInAnswer {
  const { title } = parts.definition;
  const id = decodeURIComponent(call.path.slice('/pay/'.length));
  const language = languageOf(call.headers['accept-language']);
  const pressed = call.method === 'POST' ? formFields(call)['action'] : undefined;
  let refusal: string | undefined;
  try {
    if (pressed !== undefined && parts.system.page(id)) parts.act(pressed, id, {});
  } catch (error) {
    if (!(error instanceof StandInRefusal)) throw error;
    refusal = error.message;
  }
  const page = parts.system.page(id);
  if (!page) return renderMissing(title, language);
  // Seen by GET after a deed, so that reloading the page repeats nothing.
  if (pressed !== undefined && refusal === undefined) {
    return { status: 303, headers: { location: call.path }, body: '' };
  }
  return renderPayPage(page, { id, title, language, ...(refusal !== undefined && { refusal }) });
}

function faultAnswer(fault: ApiFault, system: StandInSystem): StandInAnswer {
  const { status = 500, retryAfterSeconds: wait } = fault;
  const headers = wait === undefined ? {} : { 'retry-after': String(wait) };
  return { status, headers, body: system.faultBody?.(status) ?? {} };
}

async function serveApi({ faults, system, log }: Parts, call: StandInCall): Promise<Outcome> {
  const { method, path, query } = call;
  const fault = faults.take('api', `${method} ${path}`);
  const logged = (answer?: StandInAnswer): void => {
    const body = call.rawBody.toString('utf8');
    const ended = { fault: fault?.kind, status: answer?.status };
    log.add('request', { method, path, query: query.toString(), body, ...ended });
  };
  if (fault?.kind === 'close-socket') {
    logged();
    return {};
  }
  if (fault?.kind === 'latency') await wait((fault.seconds ?? 1) * 1000, undefined, { ref: false });
  const answer = fault?.kind === 'status' ? faultAnswer(fault, system) : await system.answer(call);
  logged(answer);
  return { answer, ...(fault && { fault }) };
}

function definedKeys<Key extends string>(
  definition: StandInDefinition<Key>,
  options: StandInOptions<Key>,
): Readonly<Record<Key, string>> {
  const given = Object.entries(options.keys ?? {}).filter(([, value]) => value !== undefined);
  return { ...definition.keys, ...(Object.fromEntries(given) as Partial<Record<Key, string>>) };
}

export function openPremises<Key extends string>(
  definition: StandInDefinition<Key>,
  options: StandInOptions<Key>,
  url: string,
): Premises {
  const store = openStore(join(options.dataDir, `${definition.id}.jsonl`));
  const { now, next, table, transact } = store;
  const faults = createFaults();
  const log = createEventLog(now);
  const webhooks = createWebhooks({
    rows: table('notices'),
    settings: table<WebhookSetting>('webhooks'),
    rule: definition.webhooks,
    faults,
    log,
    now,
    next,
    sign: (body, at) => system.signWebhook(body, at),
  });
  const system: StandInSystem = definition.create({
    url,
    keys: definedKeys(definition, options),
    now,
    table,
    transact,
    next,
    notify: webhooks.notify,
  });
  const sweep = (): void => {
    transact(() => system.sweep?.());
    webhooks.pump();
  };
  const act = (name: string, id: string, body: ActionBody): unknown => {
    const action = Object.hasOwn(system.actions, name) ? system.actions[name] : undefined;
    if (!action) throw new StandInRefusal(404, `no such action: ${name}`);
    log.add('action', { name, id, ...body });
    return transact(() => action(id, body));
  };
  const advance = (seconds: number): void => {
    store.advance(seconds);
    sweep();
  };
  const { actions } = system;
  const admin = createAdmin({ actions, faults, webhooks, log, now, advance, rowsOf: table, act });
  const parts: Parts = { definition, system, faults, log, admin, act };
  // The address is set before anything is sent, also what an earlier run left to send.
  if (options.webhookUrl !== undefined) webhooks.set(options.webhookUrl);
  sweep();
  return {
    sweep,
    async serve(call) {
      sweep();
      if (call.path.startsWith('/__admin/')) return { answer: admin(call) };
      if (call.path.startsWith('/pay/')) return { answer: servePage(parts, call) };
      return serveApi(parts, call);
    },
    async close() {
      await webhooks.close();
      store.close();
    },
  };
}
