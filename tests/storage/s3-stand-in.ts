/** A store that speaks S3, with one bucket; it checks every signature (AWS Signature Version 4). */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3StandIn {
  readonly url: string;
  /** By key, without the bucket. */
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Every call, as "PUT key". */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

export const s3Account = {
  bucket: 'easel-tests',
  region: 'eu-north-1',
  keys: { accessKeyId: 'AKIDTESTS', secretAccessKey: 'the-secret-of-the-tests' },
};

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string) =>
  createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

interface Claim {
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly payloadHash: string;
}

/** What the caller says of its signature, in the header or, in a presigned link, in the query. */
function claimOf(request: IncomingMessage, query: URLSearchParams): Claim | undefined {
  const { authorization } = request.headers;
  const found = /Credential=(\S+), SignedHeaders=(\S+), Signature=(\w+)/.exec(authorization ?? '');
  const [, credential, headers, signature] =
    found ??
    ([
      '',
      query.get('X-Amz-Credential'),
      query.get('X-Amz-SignedHeaders'),
      query.get('X-Amz-Signature'),
    ] as const);
  if (!credential || !headers || !signature) return undefined;
  return {
    scope: credential.split('/'),
    signedHeaders: headers.split(';'),
    signature,
    date: String(request.headers['x-amz-date'] ?? query.get('X-Amz-Date')),
    payloadHash: String(request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'),
  };
}

function isInTime({ date }: Claim, query: URLSearchParams): boolean {
  const at = Date.parse(date.replace(/(....)(..)(..T..)(..)(.+)/, '$1-$2-$3:$4:$5'));
  const seconds = Number(query.get('X-Amz-Expires') ?? 900);
  return Math.abs(Date.now() - at) <= seconds * 1000;
}

function isSigned(request: IncomingMessage, url: URL): boolean {
  const claim = claimOf(request, url.searchParams);
  if (claim === undefined || !isInTime(claim, url.searchParams)) return false;
  const { scope, signedHeaders, date, payloadHash, signature } = claim;
  const [accessKeyId, ...place] = scope;
  if (accessKeyId !== s3Account.keys.accessKeyId || place[1] !== s3Account.region) return false;
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const canonical = [
    request.method,
    url.pathname,
    query.join('&'),
    ...signedHeaders.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, place.join('/'), sha256(canonical)].join('\n');
  const key = place.reduce<Buffer | string>(hmac, `AWS4${s3Account.keys.secretAccessKey}`);
  return hmac(key, text).toString('hex') === signature;
}

function no(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

export async function startS3StandIn(): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const calls: string[] = [];

  function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://here');
    const [, bucket, ...path] = url.pathname.split('/');
    const key = path.join('/');
    calls.push(`${String(request.method)} ${key}`);
    if (!isSigned(request, url)) {
      no(response, 403, 'SignatureDoesNotMatch');
      return;
    }
    if (bucket !== s3Account.bucket) {
      no(response, 404, 'NoSuchBucket');
      return;
    }
    if (request.method === 'PUT') {
      const hash = request.headers['x-amz-content-sha256'];
      if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) {
        no(response, 400, 'BadDigest');
        return;
      }
      objects.set(key, body);
      response.end();
      return;
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    const found = objects.get(key);
    if (found === undefined) {
      no(response, 404, 'NoSuchKey');
      return;
    }
    response.writeHead(200, {
      'content-length': found.length,
      'content-type': url.searchParams.get('response-content-type') ?? 'application/octet-stream',
      'content-disposition': url.searchParams.get('response-content-disposition') ?? '',
    });
    response.end(request.method === 'HEAD' ? undefined : found);
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
