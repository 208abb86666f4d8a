import type { NotRun } from './run-tool.js';

type Result = readonly string[] | NotRun;

export interface Check {
  /** Returns one line per fault. An error counts as one. */
  readonly run: () => Result | Promise<Result>;
  /** What mends the faults, such as a command. @default - each fault says it */
  readonly fix?: string;
}

/**
 * Runs the checks, at most `concurrency` at a time, and writes their results in the given order, each as soon as it is known.
 * @returns the names of the checks that found faults
 */
export async function runChecks(
  checks: Readonly<Record<string, Check>>,
  concurrency: number,
  write: (text: string) => void,
): Promise<string[]> {
  const inTurn = limitTo(concurrency);
  const running = Object.entries(checks).map(([name, check]) => ({ name, check, result: inTurn(() => time(check)) }));
  const failed: string[] = [];
  for (const { name, check, result } of running) {
    const { faults, seconds } = await result;
    if ('notRun' in faults) {
      write(`- ${name}: not run: ${faults.notRun}\n`);
      continue;
    }
    const isFailed = faults.length > 0;
    const lines = isFailed && check.fix ? [...faults, `→ ${check.fix}`] : faults;
    write(`${isFailed ? '✘' : '✔'} ${name} (${seconds} s)\n${lines.map((line) => `    ${line}\n`).join('')}`);
    if (isFailed) failed.push(name);
  }
  return failed;
}

async function time({ run }: Check): Promise<{ faults: Result; seconds: string }> {
  const began = performance.now();
  const faults = await (async () => run())().catch((error: unknown) => [String(error)]);
  return { faults, seconds: ((performance.now() - began) / 1000).toFixed(1) };
}

/** Runs functions in the order of the calls, at most `concurrency` at a time. */
function limitTo(concurrency: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running === concurrency) await new Promise<void>((begin) => waiting.push(begin));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
