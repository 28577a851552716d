import type { StandInCall } from './stand-in';

/** The body as a JSON object; undefined when it is none. An empty body is an empty object. */
export function jsonBody(call: StandInCall): Readonly<Record<string, unknown>> | undefined {
  if (call.rawBody.length === 0) return {};
  try {
    const value: unknown = JSON.parse(call.rawBody.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Query and urlencoded fields as text; a name that comes twice has its last value. */
export function formFields(call: StandInCall): Record<string, string> {
  const type = call.headers['content-type'] ?? '';
  const isForm = type.toLowerCase().startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? call.rawBody.toString('utf8') : '');
  return Object.fromEntries([...call.query, ...form]);
}
