import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { until } from '../../platform/testing/support/until.js';
import { runProgram, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { copyFiles } from './deploy/project-copy.js';
import { type Row, tableOf } from './deploy/report.js';
import { boundMs, type Embedded, startEmbedded } from './embedded.js';

const program = {
  call: 'npm run bench:reload --',
  summary: `Times npm run dev from the save of a file until the API serves the change: for an activity, a workflow and a route.
Some seconds pass between two saves. Edits a copy of this clone. Run it on an idle machine.`,
  options: {
    saves: { value: 'N', parse: wholeNumber(1), default: '10', help: 'Number of saves of each file' },
  },
  notes: 'Prints the results; needs what npm run dev needs. The copy has files of its own on the same packages.',
} as const satisfies Program;

/** From one answer to the next save, in milliseconds: a person reads and types. */
const pauseMs = 4_000;

/** The edited files. Each contains a mark, which the answers show. */
const edited = {
  activity: 'activities/reload.ts',
  workflow: 'workflows/reload/workflow.ts',
  route: 'api/routes/reload.ts',
} as const;

/** A product of one workflow, one activity and one route. */
const sources: Readonly<Record<string, string>> = {
  'workflows/reload/definition.ts': `import { defineWorkflow } from '../../platform/workflows/define.js';
const object = { type: 'object', additionalProperties: false } as const;
export const reload = defineWorkflow({
  name: 'reload',
  summary: 'Shows the marks of its code and of its activity',
  input: { ...object, properties: {} },
  output: { ...object, properties: { text: { type: 'string' } }, required: ['text'] },
  executionTimeout: '1 minute',
});`,
  [edited.workflow]: `import { proxyActivities } from '@temporalio/workflow';
import { patient } from '../../platform/workflows/activity-options.js';
const { show } = proxyActivities<{ show(): Promise<string> }>(patient);
export const reload = async () => ({ text: \`MARK \${await show()}\` });`,
  [edited.activity]: `export const show = async () => 'MARK';`,
  [edited.route]: `import { defineRoute } from '../../platform/api/product-route.js';
const schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } as const;
export const reload = defineRoute({
  id: 'reload',
  method: 'get',
  path: '/v1/reload',
  summary: 'Show the mark',
  tag: { name: 'reload', description: 'Marks.' },
  scope: 'runs:read',
  answers: { 200: { description: 'The mark.', schema } },
  handler: () => async () => ({ status: 200, body: { text: 'MARK' } }),
});`,
  'activities/index.ts': `import { show } from './reload.js';
export const createActivities = () => ({ show });`,
};

async function measure(folder: string, dev: Embedded, saves: number): Promise<Row[]> {
  let restarts = 0;
  const restarted = async () => {
    restarts += 1;
    await dev.printed((screen) => screen.split(' restarted (').length > restarts);
  };
  const workflow = () => textOf(`${dev.api}/v1/workflows/reload/execute`, { method: 'POST', body: '{}' });
  const route = () => textOf(`${dev.api}/v1/reload`);
  const time = async (file: string, ask: () => Promise<string>) => {
    const path = join(folder, file);
    const values: number[] = [];
    for (let save = 1; save <= saves; save += 1) {
      const mark = `MARK-${file.length}-${save}`;
      const source = readFileSync(path, 'utf8').replace(/MARK[-\d]*/, mark);
      const startedAt = performance.now();
      writeFileSync(path, source);
      await until(`${mark} of ${file} is served`, async () => (await ask()).includes(mark), boundMs);
      values.push((performance.now() - startedAt) / 1000);
      await restarted();
      await sleep(pauseMs);
    }
    return values;
  };
  return [
    { what: 'save to served: an activity', values: await time(edited.activity, workflow), goal: 2.5 },
    { what: 'save to served: a workflow', values: await time(edited.workflow, workflow), goal: 3 },
    { what: 'save to served: a route', values: await time(edited.route, route) },
  ];
}

/** @throws {Error} the request is refused, which a reload must not cause */
async function textOf(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, headers: { 'Content-Type': 'application/json' } });
  return response.text();
}

endWhenOutputCloses();
await runProgram(program, async ({ saves }) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-'));
  // If this runs as root, PostgreSQL runs as another account, which must have access.
  chmodSync(folder, 0o755);
  try {
    await copyFiles(folder);
    for (const [file, source] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${source}\n`);
    }
    const dev = await startEmbedded(folder, 'dev', (screen) => screen.includes('Watching'));
    const rows = await measure(folder, dev, saves).finally(() => dev.stop());
    process.stdout.write(`${cpus().length} cores, Node.js ${process.versions.node}\n\n${tableOf(rows)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
