import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { recordingTests } from './recording-tests.js';
import { takeRecordings } from './take-recordings.js';

/** Two folders with recordings of a workflow; the text tells new files from old ones. */
function folders(t: ExecutionContext, made: readonly string[], kept: readonly string[], workflow = 'pay') {
  const root = mkdtempSync(join(tmpdir(), 'atlas-recordings-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const write = (folder: string, names: readonly string[]) => {
    mkdirSync(join(root, folder));
    for (const name of names) {
      const started = { workflowId: `${folder} ${name}`, workflowType: { name: workflow } };
      const history = { events: [{ workflowExecutionStartedEventAttributes: started }] };
      writeFileSync(join(root, folder, `${name}.json`), JSON.stringify(history));
    }
  };
  write('from', made);
  write('to', kept);
  const to = join(root, 'to');
  return {
    given: { from: join(root, 'from'), to, isChosen: () => true, replace: false, replay: async () => {} },
    files: () => readdirSync(to).sort(),
    isNew: (name: string) => readFileSync(join(to, `${name}.json`), 'utf8').includes(`from ${name}`),
  };
}

test('takes what is missing, and leaves what exists', async (t) => {
  const { given, files, isNew } = folders(t, ['pay-paid', 'pay-declined', 'pay-declined.2'], ['pay-paid']);
  t.deepEqual(await takeRecordings(given), ['pay-declined: recorded', 'pay-paid: left as it is']);
  t.deepEqual(files(), ['pay-declined.2.json', 'pay-declined.json', 'pay-paid.json']);
  t.deepEqual([isNew('pay-paid'), isNew('pay-declined.2')], [false, true]);
});

test('replaces all executions of a recording, and keeps a recording that no test makes', async (t) => {
  const { given, files, isNew } = folders(t, ['pay-paid'], ['pay-paid', 'pay-paid.2', 'pay-before-the-patch']);
  const lines = await takeRecordings({ ...given, replace: true });
  t.deepEqual(lines, [
    'pay-paid: replaced; the previous recording still replays',
    'pay-before-the-patch: left as it is; no test records it any more',
  ]);
  t.deepEqual(files(), ['pay-before-the-patch.json', 'pay-paid.json']);
  t.true(isNew('pay-paid'));
});

test('says how to take back a recording whose predecessor does not replay', async (t) => {
  const { given } = folders(t, ['pay-paid'], ['pay-paid']);
  const replay = () => Promise.reject(new Error('something else'));
  const [line] = await takeRecordings({ ...given, replace: true, replay });
  t.regex(line ?? '', /does NOT replay[\s\S]*git restore test\/histories\/pay-paid\.json/);
});

test('changes only what was chosen', async (t) => {
  const { given, files, isNew } = folders(t, ['pay-paid', 'pay-late'], ['pay-paid', 'pay-old']);
  const isChosen = ({ recording }: { recording: string }) => recording === 'pay-paid';
  t.deepEqual(await takeRecordings({ ...given, isChosen, replace: true }), [
    'pay-paid: replaced; the previous recording still replays',
  ]);
  t.deepEqual(files(), ['pay-old.json', 'pay-paid.json']);
  t.true(isNew('pay-paid'));
});

test('runs the file of a workflow, or all that record', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'atlas-recordings-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const folder = 'test/workflows';
  mkdirSync(join(root, folder), { recursive: true });
  t.throws(() => recordingTests(root, undefined), { code: 'command-fault', message: /recordHistory/ });
  for (const [name, text] of Object.entries({ pay: '.recordHistory(', order: '.recordHistory(', replay: '' }))
    writeFileSync(join(root, folder, `${name}.test.ts`), text);
  const both = [`${folder}/order.test.ts`, `${folder}/pay.test.ts`];
  t.deepEqual(recordingTests(root, 'pay'), [`${folder}/pay.test.ts`]);
  t.deepEqual(recordingTests(root, undefined).sort(), both);
  t.deepEqual(recordingTests(root, 'replay').sort(), both);
});
