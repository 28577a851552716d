import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FilmHost {
  readonly url: string;
  /** How often the film was fetched. */
  readonly fetches: number;
  close(): Promise<void>;
}

/** Gives one film at one address, as our signed links do. */
export async function startFilmHost(film: Buffer): Promise<FilmHost> {
  let fetches = 0;
  const server = createServer((request, response) => {
    if (request.url !== '/film') {
      response.writeHead(404).end();
      return;
    }
    fetches += 1;
    response.writeHead(200, { 'content-type': 'video/mp4' }).end(film);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/film`,
    get fetches() {
      return fetches;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
