/** Films that a provider fetches from the address it is given. */
import { readFilmFile } from '../../../domain/film-file';

const timeoutMs = 10_000;
const bytesMax = 200 * 1024 * 1024;

/** Undefined where nothing comes, or no film with sides of 720 to 2160 pixels and 3 seconds. */
export async function linkedFilm(address: string): Promise<Buffer | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok || Number(response.headers.get('content-length')) > bytesMax) return undefined;
    const bytes = Buffer.from(await response.arrayBuffer());
    const film = readFilmFile(bytes);
    if (film === undefined || film.milliseconds < 3_000) return undefined;
    const sides = [film.width, film.height];
    return Math.min(...sides) >= 720 && Math.max(...sides) <= 2160 ? bytes : undefined;
  } catch {
    return undefined;
  }
}
