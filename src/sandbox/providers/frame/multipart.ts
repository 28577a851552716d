import busboy from 'busboy';
import type { Call } from './http-server';

export interface Multipart {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly field: string;
    readonly filename: string;
    readonly bytes: Buffer;
  }[];
}

/** A form with files, read to its end; undefined when it is none or breaks off. */
export function multipartOf({ headers, body }: Call): Promise<Multipart | undefined> {
  // The parser throws for a type it does not know.
  if (!/^multipart\/form-data; *boundary=/.test(headers['content-type'] ?? '')) {
    return Promise.resolve(undefined);
  }
  return new Promise((resolve) => {
    const fields: Record<string, string> = {};
    const files: { field: string; filename: string; bytes: Buffer }[] = [];
    const parser = busboy({ headers });
    parser.on('field', (name, value) => {
      fields[name] = value;
    });
    parser.on('file', (field, stream, info) => {
      // Not every part with a type names its file, whatever the types say.
      const filename: string = (info as Partial<typeof info>).filename ?? '';
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('close', () => files.push({ field, filename, bytes: Buffer.concat(chunks) }));
    });
    parser.on('error', () => resolve(undefined));
    parser.on('close', () => resolve({ fields, files }));
    parser.end(body);
  });
}
