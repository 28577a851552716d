/** `npm test [-- JEST ARGUMENTS]`: gets what the tests need, then runs them. */
import { command, compiled, prepare } from './bootstrap.mjs';
import { runJest } from './run-jest.mjs';

await command(async () => {
  await prepare();
  const tools = await compiled('local/test-tools.js').findTestTools();
  if (tools === undefined) {
    process.exitCode = 1;
    return;
  }
  await runJest(process.argv.slice(2), tools);
});
