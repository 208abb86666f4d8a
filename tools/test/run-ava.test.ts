import { spawnSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

const module = new URL('./run-ava.ts', import.meta.url).href;

/** The exit code of a process that receives the signal during synchronous work, which ends with this code. `end` follows the work. */
function exitCodeAfter(signal: NodeJS.Signals, code: number, end = ''): number | null {
  const program = `
    import { interruption } from ${JSON.stringify(module)};
    const signal = interruption();
    process.kill(process.pid, ${JSON.stringify(signal)});
    process.exitCode = ${code};
    ${end}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  return spawnSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' }).status;
}

/** Work that ends after it heard of the signal. */
const heard = 'const waiting = setInterval(() => {}, 1_000); signal.onabort = () => clearInterval(waiting);';

test('work that fails after a signal exits with the code of the signal', (t) => {
  t.is(exitCodeAfter('SIGINT', 1), 130);
  t.is(exitCodeAfter('SIGTERM', 1), 143);
  t.is(exitCodeAfter('SIGTERM', 1, `${heard} signal.onabort = () => process.exit();`), 143);
});

test('work that finishes despite a signal exits with 0', (t) => {
  t.is(exitCodeAfter('SIGINT', 0), 0);
  t.is(exitCodeAfter('SIGINT', 0, heard), 0);
});
