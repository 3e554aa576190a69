/** Thrown by a command that was interrupted, after it saved what was finished. The message says what was saved. */
export class Interrupted extends Error {}
