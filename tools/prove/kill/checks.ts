import { isFinal, type RunStatus } from '../../../platform/runs/run.js';
import type { Sent } from './client.js';
import { metPoints } from './crashes.js';
import type { End } from './kept-process.js';
import type { Ledger } from './ledger.js';
import { type Plan, type Point, pointNames, points } from './points.js';
import { steps } from './three-effects/definition.js';

/** A fact about what has happened. */
export interface Check {
  readonly fact: string;
  /** Why it does not hold; `undefined` when it does. */
  readonly fault: string | undefined;
}

export interface Evidence {
  readonly runs: number;
  readonly sent: readonly Sent[];
  /** Whether every run had ended when nothing moved any more. */
  readonly ended: boolean;
  /** How many executions each workflow id has in Temporal. */
  readonly executions: ReadonlyMap<string, number>;
  readonly ledger: Ledger;
  readonly plan: Plan;
  readonly metFolder: string;
  readonly ends: readonly End[];
}

/** Longest list of examples in a fault. */
const examples = 5;

/** Holds what was promised against what PostgreSQL, Temporal and the client have. */
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
      `all ${runs} starts were accepted, after ${failures.length} requests that failed`,
      never.map(({ number, failures }) => `start ${number}: ${failures.at(-1)}`),
    ),
    check(
      `a key has always brought the same run, for ${repeated} starts also after it was accepted`,
      several.map(({ number, runIds }) => `start ${number}: ${[...runIds].join(', ')}`),
    ),
    check('what could not be accepted was answered 503 with Retry-After, if at all', wrong),
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
    check('every run that the client was told of is recorded', missing),
    check('nothing was left to be done in time', ended ? [] : ['the bound has passed']),
    check(
      'all runs have completed',
      unfinished.map(({ id, status, input }) => `run ${input.number} (${id}) is ${status}`),
    ),
    check(
      'every result is the one of its run',
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
  faults.push(...[...executions.keys()].filter((id) => !known.has(id)).map((id) => `${id} is of no run`));
  return check(`Temporal has ${runs} workflows, one for each run`, faults);
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
      'none has happened twice',
      twice.map(({ run_id, step, count }) => `${step} of ${run_id} ${count} times`),
    ),
    check(
      `there were ${attempts} attempts, more than effects: activities were retried`,
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
      `none of ${changes.length} changes of a status went backwards, or left a final one`,
      wrong.map(({ run_id, before, after }) => `${run_id}: ${before} became ${after}`),
    ),
    check(
      'every run has ended once',
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

/** Being held up ends early when the process is killed meanwhile, which needs only not happen to all of them. */
const held: readonly Point[] = ['late-start', 'late-mark'];

function checkPoints({ plan, metFolder }: Evidence): Check[] {
  const met = metPoints(metFolder);
  return pointNames.map((point) => {
    const planned = Object.values(plan).filter((other) => other === point).length;
    const reached = met.filter((one) => one.point === point && (one.over || !held.includes(point))).length;
    const enough = held.includes(point) ? reached > 0 : reached === planned;
    return check(`${reached} times ${points[point]}`, enough ? [] : [`planned for ${planned} runs`]);
  });
}

function checkEnds({ ends }: Evidence): Check {
  const other = ends.filter(({ exit }) => exit.signal !== 'SIGKILL');
  return check(
    `processes have ended ${ends.length} times, and only by kill -9`,
    other.map(({ name, exit }) => `${name} ended with ${exit.signal ?? `code ${exit.code}`}`),
  );
}

function check(fact: string, faults: readonly string[]): Check {
  const more = faults.length > examples ? `, and ${faults.length - examples} more` : '';
  return { fact, fault: faults.length === 0 ? undefined : `${faults.slice(0, examples).join('; ')}${more}` };
}
