import { spawnSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

const module = new URL('./stop-requests.ts', import.meta.url).href;

/** Says what it hears, while a process is told this; the clock stands still but for `after(ms)`. */
function heard(steps: string, options = ''): string[] {
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

test.serial('Ctrl-C that also comes by way of npm is one press', (t) => {
  t.deepEqual(heard(`tell('SIGINT'); again(); after(400); tell('SIGINT');`), ['first SIGINT']);
});

test.serial('a second press is one for haste', (t) => {
  t.deepEqual(heard(`tell('SIGINT'); again(); after(600); tell('SIGINT');`), ['first SIGINT', 'again SIGINT']);
  t.deepEqual(heard(`tell('SIGTERM'); again(); after(600); tell('SIGINT');`), ['first SIGTERM', 'again SIGINT']);
});

test.serial('while what ends by itself is stopped, one press is enough', (t) => {
  t.deepEqual(heard(`again(); tell('SIGINT');`).sort(), ['again SIGINT', 'first SIGINT']);
});

test.serial('a terminal that closes is in no hurry, however often it says so', (t) => {
  const closed = `tell('SIGHUP'); again(); after(600); tell('SIGHUP'); closeOutput(); after(600);`;
  t.deepEqual(heard(closed), ['first SIGHUP']);
  t.deepEqual(heard(`${closed} tell('SIGINT')`), ['first SIGHUP', 'again SIGINT']);
});

test.serial('an output that nobody reads is a request to stop, as Ctrl-C where the command says so', (t) => {
  t.deepEqual(heard('closeOutput();'), ['first SIGPIPE']);
  t.deepEqual(heard('closeOutput(); after(600); closeOutput();'), ['first SIGPIPE']);
  t.deepEqual(heard(`closeOutput();`, "{ closedOutput: 'SIGINT' }"), ['first SIGINT']);
});
