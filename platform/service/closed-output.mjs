// Plain JavaScript without dependencies, because `npm start` and `npm test` use it before they install packages.

/** Exit code of a program that ended because its output was closed: 128 + SIGPIPE, as in shells. */
export const exitCodeOutputClosed = 141;

/** Errors of a closed pipe, of a closed terminal, and of later writes to either. */
const closedCodes = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

/** @typedef {(exitCode: number) => void} Reaction receives the exit code for the failed output */

/** @type {Reaction | undefined} */
let react;
/** @type {number | undefined} */
let exitCode;

/**
 * Keeps a failed output from ending the process with a stack trace. If standard output fails, calls the most recently set reaction once, or
 * immediately if the output has already failed. Discards later writes, and writes to a closed standard error.
 * @param {Reaction} then
 */
function whenOutputFails(then) {
  if (react === undefined) {
    process.stdout.on('error', fail);
    process.stderr.on('error', () => undefined);
  }
  react = then;
  if (exitCode !== undefined) then(exitCode);
}

/** @param {NodeJS.ErrnoException} error */
function fail(error) {
  if (exitCode !== undefined) return;
  const isClosed = closedCodes.includes(error.code ?? '');
  exitCode = isClosed ? exitCodeOutputClosed : 1;
  // Report other errors, such as a full disk. A closed output is not an error.
  if (!isClosed) process.stderr.write(`Cannot write to standard output: ${error.message}\n`);
  react?.(exitCode);
}

/** For read-only programs: if the output is closed, as by `| head`, they exit immediately and silently with 141. */
export const endWhenOutputCloses = () => whenOutputFails((code) => process.exit(code));

/**
 * For programs that must clean up: if the output is closed, they stop and exit with 141.
 * @param {() => void} stop starts the shutdown
 */
export const stopWhenOutputCloses = (stop) =>
  whenOutputFails((code) => {
    process.once('exit', () => {
      process.exitCode = code;
    });
    stop();
  });

/** For programs that make changes: if the output is closed, they finish their work and exit with their own code. */
export const continueWhenOutputCloses = () => whenOutputFails(() => undefined);

/**
 * For programs that handle a closed output themselves.
 * @param {() => void} notify is called when the output is closed
 */
export const notifyWhenOutputCloses = (notify) => whenOutputFails(() => notify());
