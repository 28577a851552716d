/** Where photos and results are kept, and how long. */
import { z } from 'zod';
import { httpUrl, setting, wholeNumber } from './setting';

const files = 'Files';

export const assetSettings = {
  ASSETS_DIR: setting(z.string().prefault('./data/assets'), {
    section: files,
    purpose: 'Folder for photos and results; all processes share it. Not used with a bucket.',
  }),
  ASSETS_KEEP_DAYS: setting(wholeNumber(0, 36_500).prefault('0'), {
    section: files,
    purpose:
      'Days after which photos and results are removed; 0 keeps them for good. What an open job ' +
      'needs stays until it has ended.',
  }),
  ASSETS_S3_BUCKET: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, 'must be the name of a bucket')
      .optional(),
    {
      section: files,
      purpose: 'Bucket of an S3 store for photos and results, instead of the folder.',
      example: 'easel-assets',
    },
  ),
  ASSETS_S3_ENDPOINT: setting(httpUrl().optional(), {
    section: files,
    purpose: "Address of the S3 store; Amazon's own when left out.",
    example: 'https://s3.example.org',
  }),
  ASSETS_S3_REGION: setting(
    z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, 'must be small letters, digits and -')
      .prefault('us-east-1'),
    { section: files, purpose: 'Region of the bucket.' },
  ),
  ASSETS_S3_ACCESS_KEY: setting(z.string().min(1).optional(), {
    section: files,
    purpose: "Access key of the S3 store; without the two keys the machine's own role is used.",
    secret: true,
  }),
  ASSETS_S3_SECRET_KEY: setting(z.string().min(1).optional(), {
    section: files,
    purpose: 'Secret key of the S3 store.',
    secret: true,
  }),
};

const pair = ['ASSETS_S3_ACCESS_KEY', 'ASSETS_S3_SECRET_KEY'] as const;

/** What the form of each setting alone does not tell. */
export function assetProblems(env: Readonly<Record<string, string>>): string[] {
  const given = pair.filter((name) => env[name] !== undefined);
  const [missing] = pair.filter((name) => env[name] === undefined);
  const halfPair =
    given.length === 1 ? [`${String(missing)} is missing; ${pair.join(' and ')} go together.`] : [];
  const others = [...pair, 'ASSETS_S3_ENDPOINT'].some((name) => env[name] !== undefined);
  const noBucket =
    others && env['ASSETS_S3_BUCKET'] === undefined
      ? ['ASSETS_S3_BUCKET is missing; the other settings of S3 are for nothing without it.']
      : [];
  return [...halfPair, ...noBucket];
}

/** Where photos and results are kept, and how long. */
export interface AssetPlace {
  readonly dir: string;
  /** 0 keeps them for good. */
  readonly keepDays: number;
  /** Undefined when they are kept in the folder. */
  readonly s3:
    | {
        readonly bucket: string;
        readonly region: string;
        readonly endpoint: string | undefined;
        readonly keys:
          { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
      }
    | undefined;
}

type AssetEnvironment = z.output<z.ZodObject<typeof assetSettings>>;

export function assetPlace(env: AssetEnvironment): AssetPlace {
  return { dir: env.ASSETS_DIR, keepDays: env.ASSETS_KEEP_DAYS, s3: bucketOf(env) };
}

function bucketOf(env: AssetEnvironment): AssetPlace['s3'] {
  const { ASSETS_S3_BUCKET: bucket, ASSETS_S3_ACCESS_KEY: id, ASSETS_S3_SECRET_KEY: secret } = env;
  if (bucket === undefined) return undefined;
  return {
    bucket,
    region: env.ASSETS_S3_REGION,
    endpoint: env.ASSETS_S3_ENDPOINT,
    keys:
      id === undefined || secret === undefined
        ? undefined
        : { accessKeyId: id, secretAccessKey: secret },
  };
}
