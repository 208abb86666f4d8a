import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../../platform/settings/project.js';
import { applyHunk, isServer, missingLines, parseGuide } from './guide.js';

const guide = (...lines: string[]) => parseGuide('docs/guides/x.md', lines.join('\n'));
const faultOf =
  (...lines: string[]) =>
  () =>
    guide(...lines);

test('reads commands, their output, new files and changes', (t) => {
  const { steps } = guide(
    '# A guide',
    '',
    'Type:',
    '```sh',
    'npm run new workflow fulfil-order',
    '',
    '# a comment',
    'curl -s http://127.0.0.1:3000/v1/runs \\',
    '  -d {}',
    '```',
    '',
    '```text',
    '{"id":"…"}',
    '```',
    '1. Create `a/b.ts`:',
    '',
    '   ```ts',
    '   if (a) {',
    '     b();',
    '   }',
    '   ```',
    'They differ. In',
    '`c.ts`, change both:',
    '```diff',
    ' a',
    '-b',
    '+c',
    '@@',
    ' d',
    '+',
    '```',
    'An illustration:',
    '```json',
    '{}',
    '```',
  );
  t.deepEqual(steps, [
    {
      kind: 'run',
      line: 4,
      commands: [
        { line: 5, text: 'npm run new workflow fulfil-order' },
        { line: 8, text: 'curl -s http://127.0.0.1:3000/v1/runs \\\n  -d {}' },
      ],
      output: ['{"id":"…"}'],
    },
    { kind: 'write', line: 17, file: 'a/b.ts', exists: false, text: 'if (a) {\n  b();\n}\n' },
    {
      kind: 'edit',
      line: 24,
      file: 'c.ts',
      hunks: [
        { line: 25, before: ['a', 'b'], after: ['a', 'c'] },
        { line: 29, before: ['d'], after: ['d', ''] },
      ],
    },
  ]);
});

test('rejects blocks that are neither performable nor illustrations, and names their line', (t) => {
  const code = 'guide-fault';
  t.throws(faultOf('A file:', '```ts', 'x', '```'), { code, message: /^docs\/guides\/x\.md:2: .*Create/ });
  t.throws(faultOf('A file:', '```diff', ' x', '+y', '```'), { code, message: /:2: .*In `path`/ });
  t.throws(faultOf('In `a`:', '```diff', 'x', '+y', '```'), { code, message: /must begin with a space/ });
  t.throws(faultOf('In `a`:', '```diff', '+y', '```'), { code, message: /needs lines of the file/ });
  t.throws(faultOf('```sh', 'ls', '```', 'Then:', '```text', 'x', '```'), { code, message: /:5: .*follow a sh block/ });
  t.throws(faultOf('', '```sh', 'ls'), { code, message: /:2: the block has no end/ });
  t.throws(faultOf('Create `a`:', '```sh', 'ls', '```', '```ts', '```'), { code, message: /:5: .*Create/ });
});

test('applies a change where the file has exactly these lines once', (t) => {
  const hunk = { before: ['b', ''], after: ['b', 'c', ''] };
  t.is(applyHunk('a\nb\n\nb', hunk), 'a\nb\nc\n\nb');
  t.throws(() => applyHunk('a\n', hunk), { message: /does not contain these lines:\nb\n/ });
  t.throws(() => applyHunk('b\n\nb\n\n', hunk), { message: /contains these lines 2 times/ });
});

test('an expected line is any part of a line of the output, and … is any text', (t) => {
  const output = '> atlas\n{"id":"0190","status":"completed","n":[1.5]}\r\nend';
  t.deepEqual(missingLines(['{"id":"…","status":"completed"…[1.5]}', '  end'], output), []);
  t.deepEqual(missingLines(['status":"…running', '1x5'], output), ['status":"…running', '1x5']);
});

test('knows the commands that run until they are stopped', (t) => {
  for (const command of ['npm run dev', 'npm start', 'npm start -- --ephemeral', 'npm run dev -- --inspect'])
    t.true(isServer(command), command);
  for (const command of ['npm start -- --once', 'npm run dev -- --help', 'npm run devote', 'npm test'])
    t.false(isServer(command), command);
});

test('every guide of this repository can be performed', (t) => {
  const folder = join(projectRoot, 'docs/guides');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md')))
    t.true(parseGuide(`docs/guides/${file}`, readFileSync(join(folder, file), 'utf8')).steps.length > 0, file);
});
