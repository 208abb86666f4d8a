/** Measures; each can run alone. */
export const measureNames = ['start', 'execute', 'throughput', 'get', 'memory'] as const;
export type MeasureName = (typeof measureNames)[number];

/** How to compare the two sides. `alone`: there is no bare side. */
export type Comparison = 'ratio' | 'difference' | 'alone';

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly measure: MeasureName;
  readonly what: string;
  readonly unit: 'ms' | '/s' | 's' | 'MB';
  readonly comparison: Comparison;
  /** Goal for the median of the comparison. @default - none */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Concurrent callers. */
export const startCallers = [1, 16, 64] as const;
export const executeCallers = [1, 4] as const;
export const inFlight = 100;
export const readCallers = 16;
/**
 * Numbers of requests while memory is measured. In the first phase, code is compiled and pools fill; growth compares the minima of the
 * second and the third phase.
 */
export const memoryRequests = { first: 10_000, second: 45_000, third: 45_000 } as const;

const ratio = (
  measure: MeasureName,
  id: string,
  what: string,
  unit: Row['unit'],
  goal: NonNullable<Row['goal']>,
): Row => ({
  id,
  measure,
  what,
  unit,
  comparison: 'ratio',
  goal,
});

const callersOf = (count: number): string => (count === 1 ? '1 caller' : `${count} callers`);
const thousands = (count: number): string => `${count / 1000} 000`;
const { first, second, third } = memoryRequests;
const [half, whole] = [thousands(first + second), thousands(first + second + third)];

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ...startCallers.flatMap((callers) => [
    ratio('start', `start-${callers}-p50`, `\`start\`, ${callersOf(callers)}: p50`, 'ms', { atMost: 0.6 }),
    ratio('start', `start-${callers}-p99`, `\`start\`, ${callersOf(callers)}: p99`, 'ms', { atMost: 0.8 }),
    ratio('start', `start-${callers}-rate`, `\`start\`, ${callersOf(callers)}: requests`, '/s', { atLeast: 1.5 }),
    {
      id: `start-${callers}-drain`,
      measure: 'start' as const,
      what: `\`start\`, ${callersOf(callers)}: until the last accepted run was started`,
      unit: 's' as const,
      comparison: 'alone' as const,
    },
  ]),
  ...executeCallers.flatMap((callers) => [
    ratio('execute', `execute-${callers}-p50`, `\`execute\`, ${callersOf(callers)}: p50`, 'ms', { atMost: 1.1 }),
    ratio('execute', `execute-${callers}-p99`, `\`execute\`, ${callersOf(callers)}: p99`, 'ms', { atMost: 1.25 }),
  ]),
  ratio('throughput', 'throughput', `Workflows with ${inFlight} in flight`, '/s', { atLeast: 0.9 }),
  ratio('get', 'get-run', '`GET /v1/runs/{id}`: requests', '/s', { atLeast: 0.85 }),
  ratio('get', 'get-health', '`GET /health/live`: requests', '/s', { atLeast: 0.9 }),
  ...(
    [
      ['idle', 'idle', { atMost: 80 }],
      ['after', `median from ${half} to ${whole} requests`, { atMost: 80 }],
      ['highest', `highest by ${whole} requests`, undefined],
    ] as const
  ).map(([id, when, goal]) => ({
    id: `memory-${id}`,
    measure: 'memory' as const,
    what: `Memory of the API, ${when}`,
    unit: 'MB' as const,
    comparison: 'difference' as const,
    ...(goal && { goal }),
  })),
  {
    id: 'memory-growth',
    measure: 'memory',
    what: `Memory of the API, lowest: growth after ${half} requests`,
    unit: 'MB',
    comparison: 'alone',
    goal: { atMost: 5 },
  },
];
