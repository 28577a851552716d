import { createS3AssetFiles } from '../../src/storage/s3-asset-files';
import { s3Account, startS3StandIn, type S3StandIn } from './s3-stand-in';
import { codeOf } from './store-world';

let store: S3StandIn;
beforeAll(async () => {
  store = await startS3StandIn();
});
afterAll(async () => {
  await store.close();
});

const connect = (keys = s3Account.keys) =>
  createS3AssetFiles({ ...s3Account, keys, endpoint: store.url });
const keyOf = (letter: string) => `aa/bb/${letter.repeat(64)}.png`;
const bytes = Buffer.from('bytes of a picture');

test('what is put is read back byte for byte, and equal bytes are sent once', async () => {
  const key = keyOf('a');
  await connect().put(key, bytes);
  await connect().put(key, bytes);
  expect(await connect().read(key)).toEqual(bytes);
  expect(store.objects.get(key)).toEqual(bytes);
  expect(store.calls.filter((call) => call === `PUT ${key}`)).toHaveLength(1);
});

test('a file of another size under its key was cut off and is put anew', async () => {
  const key = keyOf('b');
  await connect().put(key, bytes.subarray(0, 5));
  await connect().put(key, bytes);
  expect(await connect().read(key)).toEqual(bytes);
});

test('a missing file is told as such; removing it again is no failure', async () => {
  const key = keyOf('c');
  expect(await codeOf(connect().read(key))).toBe('NOT_FOUND');
  await connect().put(key, bytes);
  await connect().remove(key);
  await connect().remove(key);
  expect(store.objects.has(key)).toBe(false);
});

test('keys that the asset store did not make are refused before any call', async () => {
  const before = store.calls.length;
  expect(await codeOf(connect().read('../other/secret'))).toBe('INVALID_INPUT');
  expect(store.calls).toHaveLength(before);
});

test('a wrong secret is a failure and not a missing file', async () => {
  const stranger = connect({ ...s3Account.keys, secretAccessKey: 'another' });
  await expect(stranger.read(keyOf('a'))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
});

test('a link gives one file with its type and name to whoever has it, and only unchanged', async () => {
  const key = keyOf('d');
  await connect().put(key, bytes);
  const as = { mediaType: 'image/png', filename: 'easel-1.png', seconds: 60 };
  const link = (await connect().link?.(key, as)) ?? '';
  const answer = await fetch(link);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="easel-1.png"');
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('60');
  expect((await fetch(link.replace('/ddd', '/ddc'))).status).toBe(403);
  expect((await fetch(link.replace('Expires=60', 'Expires=6000'))).status).toBe(403);
});
