import { spawnSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

const module = new URL('./stop-requests.ts', import.meta.url).href;

/** The requests that a process receives during these steps. Only `after(ms)` advances its clock. */
function requestsAfter(steps: string, options = ''): string[] {
  const program = `
    import { listenForStop } from ${JSON.stringify(module)};
    let now = 1000;
    performance.now = () => now;
    const say = (what) => (signal) => process.stderr.write(what + ' ' + signal + '\\n');
    const after = (ms) => { now += ms; };
    const tell = (signal) => process.emit(signal, signal);
    const closeOutput = () => process.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }));
    const stop = listenForStop(${options});
    stop.first.then(say('first'));
    const again = () => stop.again().then(say('again'));
    ${steps}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  return spawnSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' }).stderr.trim().split('\n');
}

test.serial('Ctrl-C from the terminal and from npm is one press', (t) => {
  t.deepEqual(requestsAfter(`tell('SIGINT'); again(); after(400); tell('SIGINT');`), ['first SIGINT']);
});

test.serial('a second press asks for an immediate stop', (t) => {
  t.deepEqual(requestsAfter(`tell('SIGINT'); again(); after(600); tell('SIGINT');`), ['first SIGINT', 'again SIGINT']);
  t.deepEqual(requestsAfter(`tell('SIGTERM'); again(); after(600); tell('SIGINT');`), [
    'first SIGTERM',
    'again SIGINT',
  ]);
});

test.serial('one press is enough during a stop that started by itself', (t) => {
  t.deepEqual(requestsAfter(`again(); tell('SIGINT');`).sort(), ['again SIGINT', 'first SIGINT']);
});

test.serial('signals of a closed terminal are not urgent', (t) => {
  const closed = `tell('SIGHUP'); again(); after(600); tell('SIGHUP'); closeOutput(); after(600);`;
  t.deepEqual(requestsAfter(closed), ['first SIGHUP']);
  t.deepEqual(requestsAfter(`${closed} tell('SIGINT')`), ['first SIGHUP', 'again SIGINT']);
});

test.serial('a closed output is a request to stop, like Ctrl-C if the command says so', (t) => {
  t.deepEqual(requestsAfter('closeOutput();'), ['first SIGPIPE']);
  t.deepEqual(requestsAfter('closeOutput(); after(600); closeOutput();'), ['first SIGPIPE']);
  t.deepEqual(requestsAfter(`closeOutput();`, "'SIGINT'"), ['first SIGINT']);
});
