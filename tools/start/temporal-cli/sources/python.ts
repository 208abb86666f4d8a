import { run } from '../child-process.js';
import type { SourceContext } from '../source.js';
import { withTimeLimit } from '../time-limit.js';
import { howItEnded } from '../version-check.js';

const names = ['python3', 'python'];

/**
 * Name of the first Python on the PATH that has pip.
 * @throws {Error} there is none; the message says why
 */
export async function findPythonWithPip(context: SourceContext): Promise<string> {
  const faults: string[] = [];
  for (const name of names) {
    const fault = await pipFault(name, context);
    if (fault === undefined) return name;
    faults.push(`${name} ${fault}`);
  }
  throw new Error(`no Python with pip: ${faults.join('; ')}`);
}

async function pipFault(python: string, { env, limits, signal }: SourceContext): Promise<string | undefined> {
  const limit = { ms: limits.versionMs, reason: `did not answer within ${limits.versionMs / 1000} s`, signal };
  try {
    const ended = await withTimeLimit(limit, (limited) =>
      run(python, ['-m', 'pip', '--version'], { env, signal: limited }),
    );
    return ended.exitCode === 0 ? undefined : howItEnded(ended);
  } catch (error) {
    signal.throwIfAborted();
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'was not found' : (error as Error).message;
  }
}
