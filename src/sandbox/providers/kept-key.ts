import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A private key as PEM, the same at every start: its owner's settings outlive the stand-in. */
export function keptKey(dataDir: string, make: () => KeyObject): string {
  const file = join(dataDir, 'private-key.pem');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const pem = make().export({ type: 'pkcs8', format: 'pem' }).toString();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
  return pem;
}

export const newRsaKey = (): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

export const newSigningKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
