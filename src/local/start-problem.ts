/** Something the person at the keyboard can put right. Shown as it is, without a stack. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

/** Ctrl-C came while something was still starting; whoever waits for it just stops waiting. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
