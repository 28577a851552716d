/** Bundles the workflows once at build time, so that workers start without webpack. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Where the build puts the bundle: beside the compiled code. */
export const bundlePath = path.join(__dirname, '..', 'workflow-bundle.js');

export async function bundleWorkflows(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    // A list of all that was bundled is of no use to who runs a build or a test.
    logger: new DefaultLogger('WARN'),
    workflowsPath: require.resolve('../workflows'),
    payloadConverterPath: require.resolve('../workflows/payload-converter'),
  });
  return code;
}

if (require.main === module) {
  bundleWorkflows().then(
    (code) => {
      writeFileSync(bundlePath, code);
    },
    (error: unknown) => {
      console.error('The workflows could not be bundled:', error);
      process.exitCode = 1;
    },
  );
}
