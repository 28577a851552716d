import { ApiError } from './api-error';
import type { BotRow, PersonRow } from './state';
import type { World } from './world';

/** A refusal of the people API; its text is for developers, not for people. */
export function refusePerson(status: number, message: string): ApiError {
  return new ApiError(status, message);
}

export function requirePerson(world: World, id: unknown): PersonRow {
  const person = world.state.people.get(String(id));
  if (!person) throw refusePerson(404, 'No such person');
  return person;
}

export function requireBot(world: World, id: unknown): BotRow {
  const bot = world.state.bots.get(String(id));
  if (!bot) throw refusePerson(404, 'No such bot: it appears when it makes its first call');
  return bot;
}
