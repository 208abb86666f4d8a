import { markdownTable } from '../../markdown-table.js';
import type { Outcome, Results } from '../results.js';
import { compared, describeSetup, goalOf, inUnit, type Setup } from './words.js';

/** The report with setup, table, chart and method. */
export function markdownOf(outcomes: readonly Outcome[], failures: Results['failures'], setup: Setup): string {
  const { command, date, loadBefore, rounds, seconds } = setup;
  const failed = [...failures].map(([measure, why]) => `\`${measure}\` failed: ${why}\n\n`);
  return `# Speed of runs

\`${command}\` on ${date.slice(0, 10)}: ${describeSetup(setup)}. Load average before: ${loadBefore.toFixed(1)}.

${rounds} rounds with alternating sides, ${seconds} s per turn. The sides are compared within each round; the table shows the median, minimum and maximum of these comparisons.

${tableOf(outcomes)}

${failed.join('')}![Comparisons and goals](runs.svg)

${notes}
`;
}

/** The table in Markdown, with aligned columns. */
export const tableOf = (outcomes: readonly Outcome[]): string =>
  markdownTable(
    ['what', 'ATLAS', 'bare', 'compared', 'min–max', 'goal', 'met'],
    outcomes.map(({ row, atlas, bare, compared: spread, met }) => [
      row.what,
      inUnit(atlas.median, row),
      bare ? inUnit(bare.median, row) : '',
      row.comparison === 'alone' ? '' : compared(spread.median, row),
      `${compared(spread.min, row)} – ${compared(spread.max, row)}`,
      goalOf(row),
      met === undefined ? '' : met ? 'met' : '**missed**',
    ]),
  );

/** All samples of all rounds, for programs. */
export function jsonOf(outcomes: readonly Outcome[], failures: Results['failures'], setup: Setup): string {
  const rows = outcomes.map(({ row, met, compared, rounds }) => ({ ...row, met, compared, samples: rounds }));
  return `${JSON.stringify({ ...setup, rows, failures: Object.fromEntries(failures) }, undefined, 2)}\n`;
}

const notes = `## Method
- Both sides use the same PostgreSQL and Temporal, in containers of a \`production\` stage whose other services are stopped. The measured programs and the load are separate processes on the same machine; the
  other side is idle.
- ATLAS is the compiled API and worker with all middleware, \`LOG_LEVEL=info\` as JSON to a file, and default settings.
- \`start\`: every request has a new \`Idempotency-Key\`. Bare is \`workflow.start\` of \`@temporalio/client\` behind \`node:http\`, which ignores the key. No worker polls in the namespaces of both sides, so that only
  starting is measured. ATLAS answers after the commit and starts the run in the background; the table shows the time until the last accepted run was started. The next turn begins when Temporal lists all
  workflows of the last one, and ATLAS's tables are emptied, because reconciling open runs would slow down the other side. A turn ends after 2 500 requests at the latest.
- \`execute\`: a workflow with one step. Bare is \`workflow.execute\` behind \`node:http\`, and a worker with the same workflow and an activity as its step. It has one
  task queue for both, no interceptors, and the SDK's default settings. ATLAS's step is the same activity, and in rows of its own a local activity, as its guides say for short steps.
- Workflows with 100 in flight: ATLAS executes and records them over HTTP. Bare is a client and a worker without HTTP and records. These turns are three times as long.
- Temporal's sample: Temporal and a PostgreSQL of its own from the same images, as \`compose/docker-compose-postgres.yml\` of [samples-server](https://github.com/temporalio/samples-server)
  has them: defaults of server, dynamic configuration and PostgreSQL, two cores for each container. Its client and worker are those of bare. ATLAS uses the stage.
- Activities in a row: \`execute\` of a workflow with ten activities, by 1 caller; in ATLAS as local activities, and as ordinary ones. DBOS is \`@dbos-inc/dbos-sdk\` behind \`node:http\` with default
  settings and a database of its own in the same PostgreSQL. It executes workflow and steps in one process and records each step.
- \`GET\`: 16 callers read 100 completed runs in turn. Bare is Koa with a \`pg\` pool that reads the same rows with a prepared statement; for the probe, Koa alone.
- Memory: resident memory of new processes, sampled five times a second while callers read runs and probes in turn. Garbage collection makes it oscillate, so the table shows median and maximum; growth compares the
  minimum of the last 45 000 requests with that of the 45 000 before. Bare is the same Koa. MB are 10⁶ bytes.
- Any unexpected answer fails the measure. Percentiles cover all requests sent after the first half second of a turn. A caller sends its next request after the last answer.`;
