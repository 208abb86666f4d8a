import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { startDevClone } from './support/dev-clone.js';
import { allEnded, type Launcher, makeFolder, processesOf } from './support/launcher.js';

const files: Readonly<Record<string, string>> = {
  'workflows/echo-text/definition.ts': `import { defineWorkflow } from '../../platform/workflows/define.js';
const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } as const;
export const echoText = defineWorkflow({
  name: 'echo-text', summary: 'Returns its input', input: text, output: text, executionTimeout: '1 minute',
});
`,
  'workflows/echo-text/workflow.ts': `import type { WorkflowOf } from '../../platform/workflows/define.js';
import type { echoText as definition } from './definition.js';
export const echoText: WorkflowOf<typeof definition> = async (input) => input;
`,
  'api/routes/get-echo.ts': `import { defineRoute } from '../../platform/api/product-route.js';
export const getEcho = defineRoute({
  id: 'getEcho', method: 'get', path: '/v1/echo', summary: 'Get the echo', tag: 'runs', scope: 'public',
  answers: { 204: { description: 'Nothing.' } },
  handler: () => () => ({ status: 204 }),
});
`,
};

const folder = makeFolder();
let launcher: Launcher | undefined;
test.after.always(async () => {
  if (launcher?.process.exitCode === null) launcher.process.kill('SIGKILL');
  folder.remove();
});

test('npm run dev serves a new workflow and a new route, and keeps serving when one becomes faulty', async (t) => {
  t.timeout(600_000);
  const dev = await startDevClone(folder.path, (started) => {
    launcher = started;
  });
  const { api, clone } = dev;
  const { printed } = dev.launcher;
  const echo = async () => {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"Hello"}' };
    const answer = await fetch(`${api}/v1/workflows/echo-text/execute`, request);
    return answer.status === 200 ? ((await answer.json()) as { result: { text: string } }).result.text : undefined;
  };

  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), text);
  }
  await until('the new workflow', async () => (await echo()) === 'Hello', 120_000);
  await until('the new route', async () => (await fetch(`${api}/v1/echo`)).status === 204, 120_000);

  rmSync(join(clone, 'workflows/echo-text/workflow.ts'));
  await printed(/^workflows\/echo-text\/workflow\.ts is missing: add it, or remove the folder echo-text$/m);
  await printed(/keeps? serving/);
  t.is(await echo(), 'Hello');

  const record = dev.launcher.record();
  dev.launcher.signalGroup('SIGINT');
  t.deepEqual(await dev.launcher.ended, { code: 0, signal: null });
  await allEnded(processesOf(record));
});
