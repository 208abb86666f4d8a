import { spawnSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { helpOf, oneOf, parseCommandLine, someOf, wholeNumber } from './command-line.mjs';
import type { Program } from './program.js';

const program = {
  call: 'npm run zoo --',
  summary: 'Keeps animals.',
  commands: {
    feed: {
      help: 'Feed an animal',
      argument: { name: 'animal', required: true, parse: oneOf(['lion', 'zebra']) },
      options: {
        'with-meat': { short: 'm', help: 'Meat', excludes: 'hay' },
        hay: { help: 'Hay' },
        times: { value: 'N', help: 'Meals', parse: wholeNumber(1), default: '2' },
        days: { value: 'DAYS', help: 'Days', parse: someOf(['mon', 'tue', 'wed']), repeatable: true },
      },
    },
    name: { help: 'Name an animal', options: { as: { value: 'NAME', help: 'Name', required: true } } },
    list: { help: 'List the animals', argument: { name: 'kind' } },
    free: { help: 'Free animals', argument: { name: 'animals', repeatable: true } },
  },
  notes: 'Exit codes: 0',
} as const satisfies Program;
const read = (line: string) => parseCommandLine(program, line.split(' ').filter(Boolean));
const feed = { command: 'feed', animal: 'lion', withMeat: false, hay: false, times: 2, days: undefined };

const understood: Readonly<Record<string, unknown>> = {
  'feed lion': feed,
  'feed -m lion --times=3': { ...feed, withMeat: true, times: 3 },
  'feed lion --days wed, --days tue,mon,tue': { ...feed, days: ['mon', 'tue', 'wed'] },
  'name --as Leo': { command: 'name', as: 'Leo' },
  list: { command: 'list', kind: undefined },
  'list cats': { command: 'list', kind: 'cats' },
  'free lion zebra,2': { command: 'free', animals: ['lion', 'zebra,2'] },
  free: { command: 'free', animals: [] },
  help: undefined,
  '-h': undefined,
  'feed --help': undefined,
};
for (const [line, request] of Object.entries(understood))
  test(`reads "${line}"`, (t) => {
    t.deepEqual<unknown, unknown>(read(line), request);
  });

const wrong: Readonly<Record<string, string>> = {
  '': 'Missing command: feed, name, list, free',
  '--as Leo': 'Missing command: feed, name, list, free',
  lits: 'Unknown command: lits',
  fed: 'Unknown command: fed; did you mean feed?',
  constructor: 'Unknown command: constructor',
  'list big cats': 'Unexpected argument: cats',
  'name Leo': 'Unexpected argument: Leo',
  feed: 'Missing ANIMAL',
  'feed zebr': 'ANIMAL: zebr is unknown; did you mean zebra?',
  'feed ant': 'ANIMAL: ant is unknown; choose from lion, zebra',
  'feed lion --tiems 3': 'Unknown option: --tiems; did you mean --times?',
  'feed lion -x': 'Unknown option: -x',
  'feed lion --hay=3': "Option '--hay' does not take an argument",
  'feed lion --times': "Option '--times <value>' argument missing",
  'feed lion --times --hay': "Option '--times' argument is ambiguous",
  'feed lion --times=': '--times is empty',
  'feed lion --times 0': '--times: 0 is not a whole number from 1',
  'feed lion --times 1.5': '--times: 1.5 is not a whole number from 1',
  'feed lion --days ,': '--days: choose from mon, tue, wed',
  'feed lion --days mon,thu': '--days: thu is unknown; choose from mon, tue, wed',
  'feed lion --hay --with-meat': '--with-meat and --hay exclude each other',
  name: 'Missing --as',
};
for (const [line, message] of Object.entries(wrong))
  test(`rejects "${line}"`, (t) => {
    t.throws(() => read(line), { code: 'usage-error', message });
  });

test('the help text is made from the declarations', (t) => {
  t.is(
    helpOf(program),
    `Keeps animals.

Usage: npm run zoo -- COMMAND [OPTIONS]

  feed ANIMAL        Feed an animal
    --with-meat, -m  Meat
    --hay            Hay
    --times N        Meals (default 2)
    --days DAYS      Days
  name               Name an animal
    --as NAME        Name (required)
  list [KIND]        List the animals
  free [ANIMALS]...  Free animals
  --help, -h         Show this text

Exit codes: 0
`,
  );
});

test('the help text shows commands that are npm scripts with their dashes', (t) => {
  const help = helpOf({ ...program, call: 'npm run', commands: { feed: program.commands.feed } });
  for (const line of [
    'Usage: npm run COMMAND -- [OPTIONS]',
    '  npm run feed -- ANIMAL  Feed an animal',
    '    -- --hay              Hay',
  ])
    t.true(help.split('\n').includes(line), help);
});

const zoo = { call: 'npm run zoo --', summary: 'Keeps animals.', notes: '' };

/** Runs a program whose main function is `main`. */
const run = (main: string, ...args: string[]) => runProgram(zoo, main, ...args);

function runProgram(declaration: Program, main: string, ...args: string[]) {
  const module = new URL('./command-line.mjs', import.meta.url).href;
  const script = `
    import { runProgram, UsageError } from ${JSON.stringify(module)};
    await runProgram(${JSON.stringify(declaration)}, async () => { ${main} });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, 'zoo', ...args],
    {
      cwd: projectRoot,
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

test('a program ends with the exit code of its main function', (t) => {
  t.deepEqual(run('return 3'), { status: 3, stdout: '', stderr: '' });
  t.deepEqual(run('process.exitCode = 4'), { status: 4, stdout: '', stderr: '' });
  t.deepEqual(run(''), { status: 0, stdout: '', stderr: '' });
});

test('help is printed on standard output', (t) => {
  const stdout = 'Keeps animals.\n\nUsage: npm run zoo -- [OPTIONS]\n\n  --help, -h  Show this text\n\n\n';
  t.deepEqual(run('return 3', '--help'), { status: 0, stdout, stderr: '' });
});

test('a wrong command line is reported with exit code 64', (t) => {
  const stderr = 'No such animal\nSee npm run zoo -- --help\n';
  t.deepEqual(run(`throw new UsageError('No such animal')`), { status: 64, stdout: '', stderr });
  t.like(run('', 'lion'), { status: 64, stderr: 'Unexpected argument: lion\nSee npm run zoo -- --help\n' });
});

test('a wrong command line refers to the help of its npm script', (t) => {
  const scripts = { ...zoo, call: 'npm run', commands: { feed: { help: '' }, list: { help: '' } } };
  t.regex(runProgram(scripts, '', 'list', 'cats').stderr, /^See npm run list -- --help$/m);
  t.regex(runProgram(scripts, '', 'lits').stderr, /^See npm run feed -- --help$/m);
});

test('a failure is reported with exit code 1, and with its stack if it has no code', (t) => {
  const known = run(`throw Object.assign(new Error('Too hungry'), { code: 'hungry' })`);
  t.deepEqual(known, { status: 1, stdout: '', stderr: 'Too hungry\n' });
  t.regex(run(`throw new Error('Too hungry')`).stderr, /^Error: Too hungry\n {4}at /);
});
