import { isFinal, type RunStatus } from '../../../platform/runs/run.js';
import type { Sent } from './client.js';
import { metPoints } from './crashes.js';
import type { End } from './kept-process.js';
import type { Ledger } from './ledger.js';
import { type Plan, type Point, pointNames, points } from './points.js';
import { steps } from './three-effects/definition.js';

/** A checked promise. */
export interface Check {
  readonly fact: string;
  /** How the promise is broken; `undefined` if it holds. */
  readonly fault: string | undefined;
}

export interface Evidence {
  readonly runs: number;
  readonly sent: readonly Sent[];
  /** Whether every run ended in time. */
  readonly ended: boolean;
  /** Number of Temporal executions per workflow id. */
  readonly executions: ReadonlyMap<string, number>;
  readonly ledger: Ledger;
  readonly plan: Plan;
  readonly metFolder: string;
  readonly ends: readonly End[];
}

/** Maximum number of examples in a fault. */
const examples = 5;

/** Checks the promises against the state of PostgreSQL, Temporal and the client. */
export async function checkAll(evidence: Evidence): Promise<Check[]> {
  return [
    ...checkClient(evidence),
    ...(await checkRuns(evidence)),
    await checkExecutions(evidence),
    ...(await checkEffects(evidence)),
    ...(await checkStatusChanges(evidence)),
    ...checkPoints(evidence),
    checkEnds(evidence),
  ];
}

function checkClient({ runs, sent }: Evidence): Check[] {
  const never = sent.filter(({ runIds }) => runIds.size === 0);
  const several = sent.filter(({ runIds }) => runIds.size > 1);
  const failures = sent.flatMap((one) => one.failures);
  const repeated = sent.filter(({ answers }) => answers > 1).length;
  const wrong = failures.filter((failure) => /^\d/.test(failure) && !/^503 [^ ]+$/.test(failure));
  return [
    check(
      `all ${runs} starts were accepted, after ${failures.length} failed requests`,
      never.map(({ number, failures }) => `start ${number}: ${failures.at(-1)}`),
    ),
    check(
      `each key always returned the same run, for ${repeated} starts also after acceptance`,
      several.map(({ number, runIds }) => `start ${number}: ${[...runIds].join(', ')}`),
    ),
    check('every rejected request got 503 with Retry-After, or no answer', wrong),
  ];
}

async function checkRuns({ runs, sent, ledger, ended }: Evidence): Promise<Check[]> {
  const rows = await ledger.rows<{ id: string; status: RunStatus; input: { number: number }; result: unknown }>(
    'SELECT id, status, input, result FROM runs ORDER BY id',
  );
  const recorded = new Set(rows.map(({ id }) => id));
  const missing = sent.flatMap(({ runIds }) => [...runIds]).filter((id) => !recorded.has(id));
  const unfinished = rows.filter(({ status }) => status !== 'completed');
  const wrong = rows.filter(
    ({ status, input: { number }, result }) =>
      status === 'completed' && JSON.stringify(result) !== JSON.stringify({ number, steps }),
  );
  return [
    check(`there are ${runs} runs`, rows.length === runs ? [] : [`there are ${rows.length}`]),
    check('every run id that the client received is recorded', missing),
    check('all work ended in time', ended ? [] : ['the time is over']),
    check(
      'all runs have completed',
      unfinished.map(({ id, status, input }) => `run ${input.number} (${id}) is ${status}`),
    ),
    check(
      'every run has its own result',
      wrong.map(({ id, result }) => `${id}: ${JSON.stringify(result)}`),
    ),
  ];
}

async function checkExecutions({ runs, executions, ledger }: Evidence): Promise<Check> {
  const recorded = await ledger.rows<{ workflow_id: string }>('SELECT workflow_id FROM runs');
  const known = new Set(recorded.map(({ workflow_id }) => workflow_id));
  const several = [...executions].filter(([, count]) => count > 1);
  const faults = several.map(([workflowId, count]) => `${workflowId}: ${count} executions`);
  const total = [...executions.values()].reduce((sum, count) => sum + count, 0);
  if (total !== runs) faults.unshift(`there are ${total}`);
  faults.push(...[...executions.keys()].filter((id) => !known.has(id)).map((id) => `${id} belongs to no run`));
  return check(`Temporal has ${runs} workflows, one per run`, faults);
}

async function checkEffects({ runs, ledger }: Evidence): Promise<Check[]> {
  const expected = runs * steps.length;
  const effects = await ledger.count('kill_effects');
  const attempts = await ledger.count('kill_attempts');
  const twice = await ledger.rows<{ run_id: string; step: string; count: string }>(
    'SELECT run_id, step, count(*) AS count FROM kill_effects GROUP BY run_id, step HAVING count(*) > 1',
  );
  return [
    check(`there are ${expected} effects`, effects === expected ? [] : [`there are ${effects}`]),
    check(
      'no effect happened twice',
      twice.map(({ run_id, step, count }) => `${step} of ${run_id} ${count} times`),
    ),
    check(
      `there were ${attempts} attempts, more than effects, because activities were retried`,
      attempts > expected ? [] : [`there were ${attempts}`],
    ),
  ];
}

async function checkStatusChanges({ ledger }: Evidence): Promise<Check[]> {
  const changes = await ledger.rows<{ run_id: string; before: RunStatus | null; after: RunStatus }>(
    'SELECT run_id, before, after FROM kill_status_changes ORDER BY id',
  );
  const wrong = changes.filter(({ before, after }) => !isForward(before, after));
  const finals = new Map<string, number>();
  for (const { run_id, after } of changes) finals.set(run_id, (finals.get(run_id) ?? 0) + (isFinal(after) ? 1 : 0));
  const notOnce = [...finals].filter(([, count]) => count !== 1);
  return [
    check(
      `none of ${changes.length} status changes went backwards or left a final status`,
      wrong.map(({ run_id, before, after }) => `${run_id}: ${before} became ${after}`),
    ),
    check(
      'every run ended once',
      notOnce.map(([runId, count]) => `${runId} ${count} times`),
    ),
  ];
}

const isForward = (before: RunStatus | null, after: RunStatus): boolean =>
  before === null
    ? after === 'pending'
    : before === 'pending'
      ? after !== 'pending'
      : before === 'running' && isFinal(after);

/** A kill can interrupt a delay, but at least one delayed call must continue. */
const delayed: readonly Point[] = ['late-start', 'late-mark'];

function checkPoints({ plan, metFolder }: Evidence): Check[] {
  const met = metPoints(metFolder);
  return pointNames.map((point) => {
    const planned = Object.values(plan).filter((other) => other === point).length;
    const reached = met.filter((one) => one.point === point && (one.over || !delayed.includes(point))).length;
    const enough = delayed.includes(point) ? reached > 0 : reached === planned;
    return check(`${reached} times ${points[point]}`, enough ? [] : [`planned for ${planned} runs`]);
  });
}

function checkEnds({ ends }: Evidence): Check {
  const other = ends.filter(({ exit }) => exit.signal !== 'SIGKILL');
  return check(
    `processes exited ${ends.length} times, only by kill -9`,
    other.map(({ name, exit }) => `${name} exited with ${exit.signal ?? `code ${exit.code}`}`),
  );
}

function check(fact: string, faults: readonly string[]): Check {
  const more = faults.length > examples ? `, and ${faults.length - examples} more` : '';
  return { fact, fault: faults.length === 0 ? undefined : `${faults.slice(0, examples).join('; ')}${more}` };
}
