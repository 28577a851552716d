import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error';
import { createParams, textValues, type Params, type UploadedFile } from './params';

/** The real server closes larger requests with 413. */
const requestBytesMax = 55 * 1024 * 1024;

function tooLarge(): ApiError {
  return new ApiError(413, 'Request Entity Too Large');
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > requestBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const busboyLimits = { fieldSize: 1024 * 1024, fileSize: requestBytesMax, parts: 200 };

/** Files of one multipart request by field; a field may be repeated (`photo` of an album). */
export interface Multipart {
  readonly values: Map<string, string>;
  readonly files: readonly { readonly field: string; readonly file: UploadedFile }[];
}

export function readMultipart(request: IncomingMessage): Promise<Multipart> {
  return new Promise((resolve, reject) => {
    const values = new Map<string, string>();
    const files: { field: string; file: UploadedFile }[] = [];
    // Browsers send UTF-8 file names, busboy reads them as latin1 unless told.
    const parser = busboy({
      headers: request.headers,
      limits: busboyLimits,
      defParamCharset: 'utf8',
    });
    parser.on('field', (name, value) => values.set(name, value));
    parser.on('file', (field, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => reject(tooLarge()));
      stream.on('close', () => {
        const bytes = Buffer.concat(chunks);
        files.push({ field, file: { fileName: info.filename ?? '', mime: info.mimeType, bytes } });
      });
    });
    parser.on('error', () => reject(new ApiError(400, 'Bad Request: wrong multipart request')));
    parser.on('close', () => resolve({ values, files }));
    request.on('aborted', () => reject(new ApiError(400, 'Bad Request: request aborted')));
    request.pipe(parser);
  });
}

function parseJsonBody(body: Buffer): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError(400, "Bad Request: can't parse JSON object");
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ApiError(400, "Bad Request: can't parse JSON object");
  }
  return textValues(parsed);
}

/** Arguments of a Bot API call from the query string and a JSON, urlencoded or multipart body. */
export async function readParams(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Params> {
  const values = new Map(query);
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'multipart/form-data') {
    const form = await readMultipart(request);
    for (const [name, value] of form.values) values.set(name, value);
    return createParams(values, new Map(form.files.map(({ field, file }) => [field, file])));
  }
  const body = await readAll(request);
  if (body.length === 0) return createParams(values);
  const more =
    type === 'application/json'
      ? parseJsonBody(body)
      : type === 'application/x-www-form-urlencoded'
        ? new URLSearchParams(body.toString('utf8'))
        : new Map<string, string>();
  for (const [name, value] of more) values.set(name, value);
  return createParams(values);
}
