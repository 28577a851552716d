import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';

export interface Listening {
  readonly url: string;
  /** Takes no new connections, lets running requests end, cuts what is left after the grace time. */
  close(graceMs?: number): Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
  /** The setting the port comes from. */
  readonly portSetting?: string;
}

/** Starts to serve. Rejects with one clear sentence when the port is taken or not allowed. */
export async function listen(app: RequestListener, at: Address): Promise<Listening> {
  const { host, port } = at;
  let isClosing = false;
  const server = createServer((request, response) => {
    // A kept-alive connection would otherwise bring one request after another and never end.
    if (isClosing) response.setHeader('Connection', 'close');
    app(request, response);
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new Error(reasonNotToListen(error, at), { cause: error }));
    });
    server.listen(port, host, resolve);
  });

  const address = server.address() as AddressInfo;
  return {
    url: `http://${reachable(host)}:${address.port}`,
    close: (graceMs = 10_000) => {
      isClosing = true;
      return new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections();
        }, graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function reasonNotToListen(error: Error, at: Address): string {
  const code = (error as NodeJS.ErrnoException).code;
  const where = `${at.host}:${at.port}`;
  const setting = at.portSetting ?? 'API_PORT';
  if (code === 'EADDRINUSE') {
    return `Another program listens on ${where} already. Stop it or set ${setting} to another port.`;
  }
  if (code === 'EACCES') return `Listening on ${where} is not allowed. Set ${setting} above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${at.host} is not an address of this machine. Set API_HOST, for example to 127.0.0.1.`;
  }
  return `The API could not listen on ${where}: ${code ?? error.message}`;
}
