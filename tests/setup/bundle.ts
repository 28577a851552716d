import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from '../../src/worker/bundle';

const root = join(__dirname, '..', '..');

/** The workflows as one bundle, made once for each state of their sources. */
export async function workflowBundle(): Promise<{ code: string }> {
  const folder = join(root, 'node_modules', '.cache', 'easel');
  const path = join(folder, `workflows-${sourcesDigest()}.js`);
  if (existsSync(path)) return { code: readFileSync(path, 'utf8') };
  const code = await bundleWorkflows();
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, path);
  return { code };
}

function sourcesDigest(): string {
  const hash = createHash('sha256');
  for (const folder of ['src/workflows', 'src/domain']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((file) => file.endsWith('.ts')).sort()) {
      hash.update(name).update(readFileSync(join(root, folder, name)));
    }
  }
  return hash
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
    .slice(0, 24);
}
