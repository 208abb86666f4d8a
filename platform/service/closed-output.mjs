// Plain JavaScript without dependencies: `npm start` and `npm test` need it before anything is installed.

/** Exit code of a program that ended because nobody reads its output any more, as the shell counts it: 128 and SIGPIPE. */
export const exitCodeOutputClosed = 141;

/** The reader of a pipe has gone, or a terminal was closed; and what Node.js says of every write after that. */
const closedCodes = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

/** @typedef {(exitCode: number) => void} Reaction what is done, with the exit code that tells of it */

/** @type {Reaction | undefined} */
let react;
/** @type {number | undefined} */
let exitCode;

/**
 * Keeps an output that cannot be written from ending the process with a stack, and says what happens instead when it is
 * standard output: the last one that was said counts. It happens once, at once when it is too late already. What is written
 * after that goes nowhere, as does what a closed standard error is given.
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
  // A full disk, for instance: unlike a reader who has seen enough, that is news.
  if (!isClosed) process.stderr.write(`Standard output cannot be written: ${error.message}\n`);
  react?.(exitCode);
}

/** For programs that only look: without a reader, as in `| head`, they end at once, quietly, with 141. */
export const endWhenOutputCloses = () => whenOutputFails((code) => process.exit(code));

/**
 * For programs that have something to stop first: without a reader they end with 141 too.
 * @param {() => void} stop begins to stop it
 */
export const stopWhenOutputCloses = (stop) =>
  whenOutputFails((code) => {
    process.once('exit', () => {
      process.exitCode = code;
    });
    stop();
  });

/** For programs that change something: without a reader they go on to their end, with the exit code of what they do. */
export const continueWhenOutputCloses = () => whenOutputFails(() => undefined);

/**
 * For programs that have an answer of their own, and an exit code for it.
 * @param {() => void} tell is called when nobody reads any more
 */
export const tellWhenOutputCloses = (tell) => whenOutputFails(() => tell());
