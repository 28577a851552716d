/** `npm run reset`: wipes the data folder. */
import { command, compiled, prepare } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  await compiled('local/reset.js').reset();
});
