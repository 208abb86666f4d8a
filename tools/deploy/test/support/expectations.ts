import type { ExecutionContext } from 'ava';
import type { Ended, TestStage } from './commands.js';

/** Asserts that a deploy succeeded, and logs its time. */
export async function deployed(t: ExecutionContext, deploy: Promise<Ended>): Promise<Ended> {
  const ended = await deploy;
  t.is(ended.code, 0, ended.output);
  t.log(`deploy: ${ended.seconds.toFixed(1)} s`);
  return ended;
}

/** Asserts that a plan has no changes. */
export async function unchanged(t: ExecutionContext, stage: TestStage): Promise<void> {
  const { code, output } = await stage.npm('plan', '--detailed-exitcode');
  t.is(code, 0, output);
}

/** Asserts that callers got only successful responses, or 503 with Retry-After. */
export function polite(t: ExecutionContext, counts: ReadonlyMap<string, number>): void {
  t.log(JSON.stringify(Object.fromEntries(counts)));
  t.deepEqual(
    [...counts.keys()].filter((response) => !['200', '202', '503 with Retry-After'].includes(response)),
    [],
  );
}
