/**
 * The control API of a stand-in, for tests, simulations and curious people:
 *
 * - `POST /__admin/<action> {"id", ...}`: something happens to a payment (the stand-in's actions);
 * - `POST|GET|DELETE /__admin/faults`: the fault script (faults.ts), one line or a list of lines;
 * - `POST /__admin/clock {"seconds"}`: puts the stand-in's time forward; `GET` tells it;
 * - `PUT /__admin/webhook {"url"}`: the cabinet's webhook address; `GET` tells it and what waits;
 * - `GET /__admin/log?kind=request|webhook|action`: what happened;
 * - `GET /__admin/tables/<name>`: rows as they are kept.
 */
import { z } from 'zod';
import type { Table } from '../../journal';
import type { EventLog } from './event-log';
import { faultSchema, type Faults } from './faults';
import { jsonBody } from './request';
import {
  StandInRefusal,
  type StandInAction,
  type StandInAnswer,
  type StandInCall,
} from './stand-in';
import type { Webhooks } from './webhooks';

export interface AdminParts {
  readonly actions: Readonly<Record<string, StandInAction>>;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly log: EventLog;
  now(): Date;
  advance(seconds: number): void;
  rowsOf(table: string): Table<unknown>;
  /** Runs an action in one transaction. */
  act(name: string, id: string, body: Readonly<Record<string, unknown>>): unknown;
}

const ok = (body: unknown): StandInAnswer => ({ status: 200, body });

const clockSchema = z.object({ seconds: z.number().nonnegative().max(10_000_000) });
const webhookSchema = z.object({ url: z.url({ protocol: /^https?$/ }) });
const actionSchema = z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) });

type Handler = (call: StandInCall, rest: string) => StandInAnswer;

function bodyOf(call: StandInCall): unknown {
  try {
    return JSON.parse(call.rawBody.toString('utf8'));
  } catch {
    throw new StandInRefusal(400, 'the body is no JSON');
  }
}

function handlers(parts: AdminParts): Readonly<Record<string, Handler>> {
  const { faults, webhooks, log } = parts;
  const clock: Handler = () => ok({ now: parts.now().toISOString() });
  const hooks: Handler = () => ok({ ...webhooks.setting(), waiting: webhooks.waiting() });
  return {
    'GET faults': () => ok(faults.list()),
    'POST faults': (call) => {
      const given = bodyOf(call);
      faults.add(z.array(faultSchema).parse(Array.isArray(given) ? given : [given]));
      return ok(faults.list());
    },
    'DELETE faults': () => {
      faults.clear();
      return ok([]);
    },
    'GET clock': clock,
    'POST clock': (call, rest) => {
      parts.advance(clockSchema.parse(bodyOf(call)).seconds);
      return clock(call, rest);
    },
    'GET webhook': hooks,
    'PUT webhook': (call, rest) => {
      webhooks.set(webhookSchema.parse(bodyOf(call)).url);
      return hooks(call, rest);
    },
    'GET log': (call) => ok(log.list(call.query.get('kind'))),
    'GET tables': (_call, rest) => ok([...parts.rowsOf(rest).values()]),
  };
}

function refusalOf(error: unknown): StandInAnswer {
  if (error instanceof StandInRefusal) {
    return { status: error.status, body: { error: error.message } };
  }
  if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
  throw error;
}

export function createAdmin(parts: AdminParts): (call: StandInCall) => StandInAnswer {
  const known = handlers(parts);
  return (call) => {
    const [name = '', rest = ''] = call.path.slice('/__admin/'.length).split('/');
    try {
      const handler = known[`${call.method} ${name}`];
      if (handler) return handler(call, rest);
      if (call.method !== 'POST' || !Object.hasOwn(parts.actions, name)) {
        throw new StandInRefusal(
          404,
          `no such control; actions: ${Object.keys(parts.actions).join(', ')}`,
        );
      }
      const { id, ...body } = actionSchema.parse(jsonBody(call));
      return ok(parts.act(name, id, body) ?? {});
    } catch (error) {
      return refusalOf(error);
    }
  };
}
