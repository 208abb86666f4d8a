import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { until } from '../../platform/testing/support/until.js';
import { followLogs, partsIn, printLogs } from './embedded-logs.js';

const line = (second: number, msg: string) =>
  JSON.stringify({ level: 'info', time: `2026-01-01T00:00:0${second}.000Z`, msg });

function setUp(t: ExecutionContext, logs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(logs)) writeFileSync(join(folder, file), text);
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const options = { folder, parts: partsIn(folder, undefined), run: undefined, json: false, write };
  return { folder, options, lines };
}

test('prints the logs of all parts in order of time, readable', async (t) => {
  const { options, lines } = setUp(t, {
    'api.log': `${line(1, 'one')}\n${line(3, 'three')}\n`,
    'worker.log': `${line(2, 'two')}\nError: no JSON\n    at main.ts:1\n`,
    'postgres.log': '2026-01-01 00:00:04.000 UTC [1] LOG:  four\n',
    'worker.previous.log': `${line(0, 'before')}\n`,
  });
  await printLogs({ ...options, tail: 100 });
  t.deepEqual(
    lines.map((text) => text.replace(/\[\d\d:[\d:.]+\] /, '')),
    [
      'api      | INFO: one',
      'worker   | INFO: two',
      'worker   | Error: no JSON',
      'worker   |     at main.ts:1',
      'api      | INFO: three',
      'postgres | 2026-01-01 00:00:04.000 UTC [1] LOG:  four',
    ],
  );
});

test('prints the last lines of each part, of one part without its name, and as they are', async (t) => {
  const { options, lines } = setUp(t, { 'api.log': `${line(1, 'one')}\n${line(2, 'two')}\n`, 'worker.log': 'x\n' });
  await printLogs({ ...options, parts: ['api'], json: true, tail: 1 });
  t.deepEqual(lines, [line(2, 'two')]);
});

test('prints the lines of one run, also those of the previous start', async (t) => {
  const { options, lines } = setUp(t, {
    'worker.previous.log': `${line(1, 'greet-4711 began')}\n${line(2, 'other')}\n`,
    'api.log': `${line(3, '/v1/runs/4711')}\n`,
    'worker.log': `${line(4, 'other')}\n`,
  });
  await printLogs({ ...options, run: '4711', json: true, tail: 100 });
  t.deepEqual(lines, [line(1, 'greet-4711 began'), line(3, '/v1/runs/4711')]);
  t.like(await printLogs({ ...options, run: '4712', json: true, tail: 100 }), { found: 0 });
});

test('follows the logs by whole lines, also those of a new start', async (t) => {
  const { folder, options, lines } = setUp(t, { 'api.log': 'old\n' });
  const { ends } = await printLogs({ ...options, tail: 0 });
  const ended = new AbortController();
  t.teardown(() => ended.abort());
  void followLogs({ ...options, ends, signal: ended.signal });
  appendFileSync(join(folder, 'api.log'), 'first\nhal');
  await until('the first line', () => lines.length > 0);
  appendFileSync(join(folder, 'api.log'), 'f\n');
  await until('the second line', () => lines.length > 1);
  writeFileSync(join(folder, 'api.log'), 'new\n');
  await until('the line of the new start', () => lines.length > 2);
  t.deepEqual(lines, ['first', 'half', 'new']);
});

test('follows the lines of one run', async (t) => {
  const { folder, options, lines } = setUp(t, { 'api.log': '' });
  const ended = new AbortController();
  t.teardown(() => ended.abort());
  void followLogs({ ...options, run: '4711', ends: new Map(), signal: ended.signal });
  appendFileSync(join(folder, 'api.log'), 'other\n4711 began\nother\n4711 ended\n');
  await until('the last line', () => lines.includes('4711 ended'));
  t.deepEqual(lines, ['4711 began', '4711 ended']);
});

test('keeps lines whole that have CRLF, a line separator or bytes that are not UTF-8, and follows after them', async (t) => {
  const { folder, options, lines } = setUp(t, { 'api.log': '' });
  const file = join(folder, 'api.log');
  writeFileSync(
    file,
    Buffer.concat([Buffer.from('one\r\nt\u2028wo\nhalf '), Buffer.from([0xff, 0xff, 0xff]), Buffer.from('\nlast\n')]),
  );
  const { ends } = await printLogs({ ...options, parts: ['api'], json: true, tail: 100 });
  t.deepEqual(lines.splice(0), ['one', 't\u2028wo', 'half \ufffd\ufffd\ufffd', 'last']);
  t.is(ends.get('api'), statSync(file).size);
});

test('names the logs if there is none of the part', (t) => {
  const { folder } = setUp(t, { 'api.log': '', 'worker.log': '' });
  t.throws(() => partsIn(folder, 'workr'), { message: /no log of workr; did you mean worker\? The logs: api, worker/ });
  t.throws(() => partsIn(join(folder, 'none'), undefined), { message: /There are no logs in .*: run npm start/ });
});
