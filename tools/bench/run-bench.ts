import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { runProgram } from '../cli/command-line.mjs';
import type { Program, Request } from '../cli/program.js';

/**
 * Runs a program in a temporary folder. A request to stop aborts the signal: the program then removes what it created on the engine,
 * and the exit code is 130.
 */
export async function runBench<P extends Program>(
  program: P,
  main: (options: Request<P>, folder: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error('Stopped; removed everything from the engine'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  stopWhenOutputCloses(stop);
  await runProgram(program, async (options) => {
    const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-'));
    try {
      await main(options, folder, stopping.signal);
      return undefined;
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      return stopping.signal.aborted ? 130 : 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
