/** Addresses that give one asset to whoever has them, for a while. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AssetFiles } from './asset-files';
import type { Asset } from './asset-store';

/** Long enough to be opened from a chat later the same day; the history gives a new one. */
const linkSeconds = 24 * 3600;

export interface AssetLinks {
  /** False when the files lie on our own disk and nobody outside can reach the API. */
  readonly reachable: boolean;
  /** Works for a day unless told; undefined when nobody could reach it. */
  to(
    asset: Pick<Asset, 'id' | 'mediaType' | 'storageKey'>,
    seconds?: number,
  ): Promise<string | undefined>;
  /** Whether the address `/assets/<id>?expires=...&signature=...` is ours and still in time. */
  isOurs(link: {
    readonly id: string;
    readonly expires: string;
    readonly signature: string;
  }): boolean;
}

/** `secret` is anything that all processes of this deployment know and nobody else does. */
export function createAssetLinks(deps: {
  readonly files: Pick<AssetFiles, 'link'>;
  readonly secret: string;
  readonly publicUrl: string | undefined;
  readonly now: () => Date;
}): AssetLinks {
  // A key of its own, so that a signature says nothing about any other use of the secret.
  const key = createHmac('sha256', deps.secret).update('easel asset links').digest();
  const sign = (id: string, expires: string): Buffer =>
    createHmac('sha256', key).update(`${id}.${expires}`).digest();
  const nowSeconds = () => Math.floor(deps.now().getTime() / 1000);

  return {
    reachable: deps.files.link !== undefined || deps.publicUrl !== undefined,

    async to(asset, seconds = linkSeconds) {
      const { mediaType, storageKey } = asset;
      if (deps.files.link !== undefined) {
        const filename = assetFilename(asset);
        return deps.files.link(storageKey, { mediaType, filename, seconds });
      }
      if (deps.publicUrl === undefined) return undefined;
      const expires = String(nowSeconds() + seconds);
      const signature = sign(asset.id, expires).toString('base64url');
      return `${deps.publicUrl}/assets/${asset.id}?expires=${expires}&signature=${signature}`;
    },

    isOurs({ id, expires, signature }) {
      const given = Buffer.from(signature, 'base64url');
      const wanted = sign(id, expires);
      const isSigned = given.length === wanted.length && timingSafeEqual(given, wanted);
      return isSigned && Number(expires) > nowSeconds();
    },
  };
}

/** What the file is called when it is saved. */
export function assetFilename({ id, mediaType }: Pick<Asset, 'id' | 'mediaType'>): string {
  return `easel-${id}.${mediaType.split('/')[1] ?? 'bin'}`;
}
