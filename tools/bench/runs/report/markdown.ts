import type { Outcome, Results } from '../results.js';
import { compared, goalOf, inUnit } from './numbers.js';
import { describeSetup, type Setup } from './setup.js';

/** The whole document: what was measured how, the table, the picture beside it. */
export const markdownOf = (outcomes: readonly Outcome[], failures: Results['failures'], setup: Setup): string =>
  [
    '# Speed of runs',
    '',
    `\`${setup.command}\` on ${setup.date.slice(0, 10)}: ${describeSetup(setup)}. The machine's load before: ${setup.loadBefore.toFixed(1)}.`,
    '',
    `${setup.rounds} rounds, the sides in turn; the comparison is taken in each round, and what stands here is its median and how far it went. Each turn counted ${setup.seconds} s.`,
    '',
    tableOf(outcomes),
    '',
    ...[...failures].flatMap(([measure, why]) => [`\`${measure}\` has no result: ${why}`, '']),
    '![The comparisons and their goals](runs.svg)',
    '',
    notes,
    '',
  ].join('\n');

/** The table, in columns that are read without a renderer as well. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const cells = [
    ['what', 'ATLAS', 'bare', 'compared', 'min–max', 'goal', 'met'],
    ...outcomes.map(({ row, atlas, bare, compared: spread, met }) => [
      row.what,
      inUnit(atlas.median, row),
      bare ? inUnit(bare.median, row) : '',
      row.comparison === 'alone' ? '' : compared(spread.median, row),
      `${compared(spread.min, row)} – ${compared(spread.max, row)}`,
      goalOf(row),
      met === undefined ? '' : met ? 'met' : '**missed**',
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const notes = `## How it is measured
- Both sides use the same PostgreSQL and the same Temporal, in containers as a stage of the kind \`production\` deploys them. Nothing else of the stage runs. Their programs and
  the load run beside them on the same machine, each a process of its own; who is not measured has nothing to do.
- ATLAS is the compiled API and worker with all middleware, \`LOG_LEVEL=info\` as JSON into a file, and the default settings.
- \`start\`: a fresh \`Idempotency-Key\` each. Bare is \`workflow.start\` of \`@temporalio/client\` behind \`node:http\`, which takes the key and does nothing with it. Both start in namespaces in which no
  worker polls, so that only starting is measured. ATLAS answers when the run is committed and starts it meanwhile; the time until the last accepted run was started after a turn is in the table. The next
  turn begins when Temporal lists every workflow of the one before; ATLAS's tables are emptied then, because its reconciler would look at runs that stay open while the other side is measured. A turn ends after 2 500 requests at the latest, so that the next one need not wait long.
- \`execute\`: the workflow \`greet\`, one activity. Bare is \`workflow.execute\` behind \`node:http\`, and a worker with the same workflow and activity, without interceptors, with the SDK's own settings.
- Workflows with 100 in flight: through ATLAS's API by HTTP and recorded; bare is a client and a worker, with no HTTP between and nothing recorded. Their turns count three times as long.
- \`GET\`: 16 callers; completed runs, a hundred in turn. Bare is Koa with a pool of \`pg\` that reads the same rows by a prepared statement, and for the probe Koa alone.
- Memory: resident, of processes that have just been started, looked at five times a second while runs and probes are read in turn. It goes up and down with the collection of garbage, so what stands
  here is the median, the highest, and for growth the lowest of 45 000 requests beside the lowest of the 45 000 before them. Bare is the same Koa. MB are 10⁶ bytes.
- Any answer but the expected one fails the measure. Percentiles are of all requests sent after the first half second of a turn; every caller sends its next request when the last one is answered.`;
