import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../../platform/settings/project.js';
import { until } from '../../../platform/testing/support/until.js';
import { InspectorClient } from './support/inspector-client.js';
import { type Launcher, makeFolder, startLauncher } from './support/launcher.js';
import { type Position, positionsOf, type SourceMap } from './support/source-positions.js';

const data = makeFolder();
let launcher: Launcher;
let worker: InspectorClient;
let api: string;
/** Scripts that the worker has loaded, with their source maps. */
const scripts: { id: string; map: SourceMap }[] = [];

test.before(async () => {
  launcher = startLauncher({ dataFolder: data.path, args: ['--inspect'] });
  await launcher.printed('Ready in', 400_000);
  api = /^ +API +(http:\S+)$/m.exec(launcher.output())?.[1] ?? '';
  worker = await InspectorClient.attach(9230);
  worker.on('Debugger.scriptParsed', ({ scriptId, sourceMapURL }) => {
    const [, encoded] = /^data:application\/json.*;base64,(.*)$/.exec(String(sourceMapURL)) ?? [];
    if (encoded) scripts.push({ id: String(scriptId), map: JSON.parse(Buffer.from(encoded, 'base64').toString()) });
  });
  await worker.send('Debugger.enable');
});

test.after.always(async () => {
  worker?.close();
  launcher?.signalGroup('SIGINT');
  await launcher?.ended;
  data.remove();
});

/** Sets a breakpoint at a line of a source, runs the health check, and resolves when the process has paused there and continued. */
async function pausesAt(t: ExecutionContext, file: string, code: string): Promise<void> {
  t.timeout(400_000);
  const line = readFileSync(join(projectRoot, file), 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(code));
  const places = scripts.flatMap(({ id, map }) =>
    positionsOf(map, file, line)
      .slice(0, 1)
      .map((at) => ({ id, at })),
  );
  t.true(places.length > 0, `no script contains ${file}`);
  const breakpoints: unknown[] = [];
  for (const { id, at } of places) {
    const location = { scriptId: id, lineNumber: at.line, columnNumber: at.column };
    breakpoints.push((await worker.send('Debugger.setBreakpoint', { location }))['breakpointId']);
  }
  let paused: { id: string; at: Position } | undefined;
  worker.on('Debugger.paused', ({ callFrames }) => {
    const [{ location }] = callFrames as [{ location: { scriptId: string; lineNumber: number; columnNumber: number } }];
    paused = { id: location.scriptId, at: { line: location.lineNumber, column: location.columnNumber } };
  });
  const running = fetch(`${api}/v1/workflows/health-check/execute`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  await until(`a pause in ${file}`, () => paused !== undefined);
  for (const breakpointId of breakpoints) await worker.send('Debugger.removeBreakpoint', { breakpointId });
  await worker.send('Debugger.resume');
  t.is((await running).status, 200);
  const { id, at } = paused as unknown as { id: string; at: Position };
  t.true(places.some((place) => place.id === id && place.at.line === at.line && place.at.column <= at.column));
}

test.serial('prints where debuggers attach', (t) => {
  t.regex(launcher.output(), /^ +API debugger +http:\/\/127\.0\.0\.1:9229\/json\/list$/m);
  t.regex(launcher.output(), /^ +Worker debugger +http:\/\/127\.0\.0\.1:9230\/json\/list$/m);
});

test.serial('a breakpoint in an activity pauses the worker, which then continues', async (t) => {
  await pausesAt(t, 'platform/activities/health.ts', 'const start = performance.now()');
});

test.serial('a breakpoint in a workflow pauses the worker, which then continues', async (t) => {
  await pausesAt(t, 'platform/workflows/health-check/workflow.ts', 'const checkedAt = ');
});
