import { badRequest } from './api-error';

/** A file of a multipart request. */
export interface UploadedFile {
  readonly fileName: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

/**
 * Arguments of one Bot API call. As in the real server every value is text, whatever the encoding
 * of the request: objects arrive as JSON, numbers as digits, booleans as "true".
 */
export interface Params {
  /** '' when absent. */
  text(name: string): string;
  /** Throws 400 when absent or empty. */
  required(name: string): string;
  has(name: string): boolean;
  bool(name: string): boolean;
  integer(name: string, fallback: number): number;
  /** The parsed value, undefined when absent; `whatFailed` is the 400 for what is not JSON. */
  json(name: string, whatFailed: string): unknown;
  file(name: string): UploadedFile | undefined;
  /** For the log of calls: values without bytes. */
  summary(): Record<string, unknown>;
}

export function createParams(
  values: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, UploadedFile> = new Map(),
): Params {
  const text = (name: string): string => values.get(name) ?? '';
  return {
    text,
    required: (name) => {
      const value = text(name);
      if (value === '') throw badRequest(`Parameter "${name}" is required`);
      return value;
    },
    has: (name) => text(name) !== '',
    bool: (name) => ['true', 'yes', '1'].includes(text(name).toLowerCase()),
    integer: (name, fallback) => {
      const value = text(name).trim();
      return /^[+-]?\d{1,15}$/.test(value) ? Number(value) : fallback;
    },
    json: (name, whatFailed) => {
      const value = text(name);
      if (value === '') return undefined;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        throw badRequest(whatFailed);
      }
    },
    file: (name) => files.get(name),
    summary: () => {
      const shown: Record<string, unknown> = {};
      for (const [name, value] of values) {
        shown[name] = value.length > 2000 ? `${value.slice(0, 2000)}…` : value;
      }
      for (const [name, file] of files) {
        shown[name] = { file: file.fileName, mime: file.mime, size: file.bytes.length };
      }
      return shown;
    },
  };
}

/** Top-level values of a JSON body as text; null counts as absent. */
export function textValues(body: object): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(body) as [string, unknown][]) {
    if (value === null || value === undefined) continue;
    values.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return values;
}

/** The fields of a JSON object inside a parameter, checked as strictly as the real server does. */
export function asObject(value: unknown, whatFailed: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(whatFailed);
  }
  return value as Record<string, unknown>;
}

/** Numbers are read as text where text is expected, as the real parser does. */
export function optionalString(object: Record<string, unknown>, field: string): string {
  const value = object[field];
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new Error(`Field "${field}" must be of type String`);
  return value;
}

export function requiredString(object: Record<string, unknown>, field: string): string {
  if (object[field] === undefined) throw new Error(`Can't find field "${field}"`);
  return optionalString(object, field);
}
