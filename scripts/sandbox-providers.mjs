/**
 * `npm run sandbox:providers -- [--only kling,veo] [--port N] [--data DIR] [--host H] [--speed S]`: what
 * plays the AI providers, alone. It prints the settings that point Easel at them, ready for `.env`.
 */
import { command, compiled, prepare } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  await compiled('sandbox/providers/standalone.js').runSandboxProviders(process.argv.slice(2));
});
