import { spawn } from 'node:child_process';

/** This machine cannot run the check. */
export interface NotRun {
  readonly notRun: string;
}

/**
 * Runs a program.
 * @returns the lines of its output if it fails, otherwise none
 */
export function runTool(cwd: string, command: string, ...args: readonly string[]): Promise<readonly string[] | NotRun> {
  const outputs = ['', ''];
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const [index, stream] of [child.stdout, child.stderr].entries())
      stream.setEncoding('utf8').on('data', (text: string) => {
        outputs[index] += text;
      });
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? { notRun: `${command} is not installed` } : [String(error)]),
    );
    child.once('close', (code, signal) => {
      const lines = outputs.join('\n').trim().split('\n');
      resolve(code === 0 ? [] : signal ? [...lines, `${command} was killed by ${signal}`] : lines);
    });
  });
}
