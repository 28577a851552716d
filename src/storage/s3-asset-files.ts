import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AppError } from '../domain/errors';
import { assertStorageKey, type AssetFiles } from './asset-files';

/** A bucket of Amazon S3, or of any store that speaks as it does. */
export interface S3Bucket {
  readonly bucket: string;
  readonly region: string;
  /** Where the store is, unless it is Amazon's own. */
  readonly endpoint?: string | undefined;
  /** Without them the SDK looks where it always does: the machine's role, its profile. */
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

export function createS3AssetFiles({ bucket, region, endpoint, keys }: S3Bucket): AssetFiles {
  const client = new S3Client({
    region,
    // Other stores seldom have a name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(keys === undefined ? {} : { credentials: keys }),
    // Older stores refuse the checksums that newer SDKs send unasked.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const placeOf = (key: string) => {
    assertStorageKey(key);
    return { Bucket: bucket, Key: key };
  };

  async function hasSize(key: string, size: number): Promise<boolean> {
    try {
      const { ContentLength } = await client.send(new HeadObjectCommand(placeOf(key)));
      return ContentLength === size;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  return {
    async put(key, bytes) {
      if (await hasSize(key, bytes.length)) return;
      // An object is there as a whole or not at all; a crash leaves no half of one.
      await client.send(new PutObjectCommand({ ...placeOf(key), Body: bytes }));
    },

    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand(placeOf(key)));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if (!isMissing(error)) throw error;
        throw new AppError('NOT_FOUND', `The file ${key} is gone`, { cause: error });
      }
    },

    // Deleting what is not there is no failure in S3.
    async remove(key) {
      await client.send(new DeleteObjectCommand(placeOf(key)));
    },

    link: (key, { mediaType, filename, seconds }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          ...placeOf(key),
          ResponseContentType: mediaType,
          ResponseContentDisposition: `attachment; filename="${filename}"`,
        }),
        { expiresIn: seconds },
      ),
  };
}

function isMissing(error: unknown): boolean {
  // HEAD has no body to name the reason in, so the SDK calls it NotFound.
  const { name } = (error ?? {}) as { readonly name?: unknown };
  return name === 'NoSuchKey' || name === 'NotFound';
}
