/** Measures; each can run alone. `start` is the last: it leaves tens of thousands of open workflows in Temporal. */
export const measureNames = ['execute', 'throughput', 'steps', 'sample', 'get', 'memory', 'start'] as const;
export type MeasureName = (typeof measureNames)[number];

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly measure: MeasureName;
  readonly what: string;
  readonly unit: 'ms' | '/s' | 's' | 'MB';
  /** How to compare the two sides. `alone`: there is no bare side. */
  readonly comparison: 'ratio' | 'difference' | 'alone';
  /** Goal for the median of the comparison. @default - none */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Workflows and activities of the bare side share a task queue, as users of the SDK write it. */
export const bareTaskQueue = 'bench';
/** Concurrent callers. */
export const startCallers = [1, 16, 64] as const;
export const executeCallers = [1, 4] as const;
export const inFlight = 100;
export const stepsInRow = 10;
export const readCallers = 16;
/**
 * Numbers of requests while memory is measured. In the first phase, code is compiled and pools fill; growth compares the minima of the
 * second and the third phase.
 */
export const memoryRequests = { first: 10_000, second: 45_000, third: 45_000 } as const;

/** What our workflow uses for its step. The bare side always uses an activity, the default of the SDK. */
export const activityKinds = ['activity', 'local activity'] as const;
export type ActivityKind = (typeof activityKinds)[number];
const ofKind = (kind: ActivityKind): string => (kind === 'activity' ? '' : '-local');
export const executeRow = (callers: number, kind: ActivityKind): string => `execute-${callers}${ofKind(kind)}`;
export const sampleRow = (kind: ActivityKind): string => `sample${ofKind(kind)}`;
export const throughputRow = (kind: ActivityKind): string => `throughput${ofKind(kind)}`;

const callersOf = (count: number): string => (count === 1 ? '1 caller' : `${count} callers`);
const thousands = (count: number): string => `${count / 1000} 000`;
const { first, second, third } = memoryRequests;
const [half, whole] = [thousands(first + second), thousands(first + second + third)];

const row = (
  measure: MeasureName,
  id: string,
  what: string,
  unit: Row['unit'],
  goal?: Row['goal'],
  comparison: Row['comparison'] = 'ratio',
): Row => ({ id, measure, what, unit, comparison, ...(goal && { goal }) });

const memory = (when: string, what: string, goal?: Row['goal'], comparison: Row['comparison'] = 'difference') =>
  row('memory', `memory-${when}`, `Memory of the API, ${what}`, 'MB', goal, comparison);

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ...startCallers.flatMap((callers) => {
    const [id, what] = [`start-${callers}`, `\`start\`, ${callersOf(callers)}`];
    return [
      row('start', `${id}-p50`, `${what}: p50`, 'ms', { atMost: 0.6 }),
      row('start', `${id}-p99`, `${what}: p99`, 'ms', { atMost: 0.8 }),
      row('start', `${id}-rate`, `${what}: requests`, '/s', { atLeast: 1.5 }),
      row('start', `${id}-drain`, `${what}: until the last accepted run was started`, 's', undefined, 'alone'),
    ];
  }),
  ...executeCallers.flatMap((callers) =>
    activityKinds.flatMap((kind) => {
      const [id, what] = [executeRow(callers, kind), `\`execute\` of one ${kind}, ${callersOf(callers)}`];
      return [
        row('execute', `${id}-p50`, `${what}: p50`, 'ms', { atMost: 1 }),
        row('execute', `${id}-p99`, `${what}: p99`, 'ms', { atMost: 1.1 }),
      ];
    }),
  ),
  ...activityKinds.map((kind) =>
    row('throughput', throughputRow(kind), `Workflows of one ${kind} with ${inFlight} in flight`, '/s', { atLeast: 1 }),
  ),
  ...activityKinds.map((kind) => {
    const what = `Workflows of one ${kind} with ${inFlight} in flight; bare on Temporal's sample`;
    return row('sample', sampleRow(kind), what, '/s', { atLeast: 1.5 });
  }),
  row('steps', 'steps-p50', `${stepsInRow} local activities in a row: p50; bare: activities`, 'ms', { atMost: 0.7 }),
  row('steps', 'steps-activities-p50', `${stepsInRow} activities in a row: p50`, 'ms'),
  row('steps', 'steps-dbos-p50', `${stepsInRow} local activities in a row: p50; DBOS in place of bare`, 'ms'),
  row('get', 'get-run', '`GET /v1/runs/{id}`: requests', '/s', { atLeast: 0.85 }),
  row('get', 'get-health', '`GET /health/live`: requests', '/s', { atLeast: 0.9 }),
  memory('idle', 'idle', { atMost: 80 }),
  memory('after', `median from ${half} to ${whole} requests`, { atMost: 80 }),
  memory('highest', `highest by ${whole} requests`),
  memory('growth', `lowest: growth after ${half} requests`, { atMost: 5 }, 'alone'),
];
