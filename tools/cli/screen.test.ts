import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { Screen, timed } from './screen.js';

function makeScreen(isTTY: boolean, env: Record<string, string> = {}) {
  const written: string[] = [];
  const screen = new Screen({ isTTY, columns: 80, write: (text) => written.push(text) }, env);
  return { screen, text: () => written.join('') };
}
const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);

test('a step on a pipe is one plain line with its seconds', async (t) => {
  const { screen, text } = makeScreen(false);
  t.is(await screen.step('PostgreSQL', timed(Promise.resolve(17)), (version) => `PostgreSQL ${version} ready`), 17);
  t.regex(text(), /^PostgreSQL 17 ready \(\d+\.\d s\)\n$/);
});

test('a step on a terminal has a spinner, then a line', async (t) => {
  const { screen, text } = makeScreen(true);
  await screen.step('PostgreSQL', timed(Promise.resolve()), () => 'PostgreSQL ready');
  t.regex(text(), /PostgreSQL 0\.0 s\r.\[2K.*✔.* PostgreSQL ready/);
  t.regex(text(), escapes);
});

test('NO_COLOR removes colours', async (t) => {
  const { screen, text } = makeScreen(true, { NO_COLOR: '1' });
  await screen.step('PostgreSQL', timed(Promise.resolve()), () => 'PostgreSQL ready');
  screen.table([['API', 'http://127.0.0.1:3000']]);
  t.notRegex(text(), escapes);
});

test('a download is a bar on a terminal and one line on a pipe', (t) => {
  const download = { message: 'Downloading', bytes: 11e6, totalBytes: 44e6 };
  const terminal = makeScreen(true);
  terminal.screen.progress(download);
  t.regex(terminal.text(), /Downloading █{6}░{18} 25 % 11\.0 \/ 44\.0 MB/);
  terminal.screen.stopSteps();
  const pipe = makeScreen(false);
  pipe.screen.progress(download);
  pipe.screen.progress({ ...download, bytes: 22e6 });
  t.is(pipe.text(), 'Downloading\n');
});

test('a step that fails shows nothing and rejects', async (t) => {
  const { screen, text } = makeScreen(false);
  const work = timed(Promise.reject(new Error('no')));
  await t.throwsAsync(
    screen.step('PostgreSQL', work, () => 'ready'),
    { message: 'no' },
  );
  t.is(text(), '');
});

test('does not show steps that end while everything is stopped', async (t) => {
  const { screen, text } = makeScreen(false);
  const step = screen.step('PostgreSQL', timed(Promise.resolve()), () => 'ready');
  screen.stopSteps();
  await step;
  t.is(text(), '');
});

test('the columns of a table ignore colours', (t) => {
  const { screen, text } = makeScreen(true);
  screen.columns(
    ['state', 'part'],
    [
      [screen.paint('green', 'healthy'), 'api-1'],
      ['x', 'a'],
    ],
  );
  const shown = stripVTControlCharacters(text()).trimEnd().split('\n');
  t.deepEqual(shown, ['state    part', 'healthy  api-1', 'x        a']);
});
