import type { ExecutionContext } from 'ava';
import type { Ended, TestStage } from './commands.js';

/** Expects that a command brought a stage up, and notes how long it took. */
export async function deployed(t: ExecutionContext, deploy: Promise<Ended>): Promise<Ended> {
  const ended = await deploy;
  t.is(ended.code, 0, ended.output);
  t.log(`deploy: ${ended.seconds.toFixed(1)} s`);
  return ended;
}

/** Expects that a stage is as its definition says. */
export async function unchanged(t: ExecutionContext, stage: TestStage): Promise<void> {
  const { code, output } = await stage.npm('plan', '--detailed-exitcode');
  t.is(code, 0, output);
}

/** Expects that callers of a stage that was being changed saw nothing but answers, and no refusal without a time to come back. */
export function polite(t: ExecutionContext, counts: ReadonlyMap<string, number>): void {
  t.log(JSON.stringify(Object.fromEntries(counts)));
  t.deepEqual(
    [...counts.keys()].filter((answer) => !['200', '202', '503 with Retry-After'].includes(answer)),
    [],
  );
}
