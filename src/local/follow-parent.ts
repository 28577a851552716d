/**
 * Loaded into every program of ours that the launcher starts. When the launcher is gone without a
 * word, its channel closes; the program then stops as if it had been asked to.
 */
const graceMs = 10_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), graceMs).unref();
});

// Listening to the channel would keep a program alive that has nothing more to do.
process.channel?.unref();
