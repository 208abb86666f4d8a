import test from 'ava';
import { type KeysRequest, readCommandLine } from './cli.js';

const understood: readonly { line: string; request: KeysRequest }[] = [
  {
    line: 'create --name ada --scopes runs:read,runs:write',
    request: { command: 'create', name: 'ada', scopes: ['runs:read', 'runs:write'], output: undefined },
  },
  {
    line: 'create --name=ada --scopes=runs:write --scopes=runs:read,runs:write --output=there',
    request: { command: 'create', name: 'ada', scopes: ['runs:read', 'runs:write'], output: 'there' },
  },
  {
    line: 'ensure --file there --name first --scopes runs:admin',
    request: { command: 'ensure', name: 'first', scopes: ['runs:admin'], file: 'there' },
  },
  { line: 'list', request: { command: 'list', json: false } },
  { line: 'list --json', request: { command: 'list', json: true } },
  { line: 'revoke Abcdefgh01234567', request: { command: 'revoke', id: 'Abcdefgh01234567' } },
  { line: '--help', request: { command: 'help' } },
  { line: 'create -h', request: { command: 'help' } },
];
for (const { line, request } of understood)
  test(`understands "${line}"`, (t) => {
    t.deepEqual(readCommandLine(line.split(' ')), request);
  });

test('scopes may have spaces after their commas', (t) => {
  t.like(readCommandLine(['create', '--name', 'ada', '--scopes', 'runs:read, runs:write']), {
    scopes: ['runs:read', 'runs:write'],
  });
});

const wrong: readonly { line: string; message: RegExp }[] = [
  { line: '', message: /say what to do/ },
  { line: 'creat', message: /no command creat; did you mean create\?/ },
  { line: 'sideways', message: /no command sideways$/ },
  { line: 'create --name ada --scpes runs:read', message: /create has no option --scpes; did you mean --scopes\?/ },
  { line: 'list --file there', message: /list has no option --file$/ },
  { line: 'list -j', message: /list has no option -j/ },
  { line: 'list --json=yes', message: /list: .*--json.*does not take an argument/ },
  { line: 'list all of them', message: /list does not take all of them/ },
  { line: 'create ada', message: /create does not take ada/ },
  { line: 'create --scopes runs:read', message: /create needs --name/ },
  { line: 'create --name', message: /create: .*--name.*argument missing/ },
  { line: 'create --name=', message: /create: --name is empty/ },
  { line: 'create --name ada', message: /create needs --scopes: runs:read, runs:write, runs:admin/ },
  { line: 'create --name ada --scopes ,', message: /create needs --scopes/ },
  { line: 'create --name ada --scopes runs:raed', message: /no scope runs:raed; did you mean runs:read\?/ },
  { line: 'create --name ada --scopes everything', message: /no scope everything: they are runs:read, / },
  { line: 'create --name a/b --scopes runs:read', message: /"a\/b" is no name for a caller: 1 to 100 letters/ },
  { line: 'create --name anonymous --scopes runs:read', message: /anonymous is what callers without a key are called/ },
  { line: 'create --name ada --scopes runs:read --output=', message: /--output is empty/ },
  { line: 'ensure --name ada --scopes runs:read', message: /ensure needs --file/ },
  { line: 'revoke', message: /revoke: say which key/ },
  { line: 'revoke one two', message: /revoke does not take two/ },
];
for (const { line, message } of wrong)
  test(`refuses "${line}", and says why`, (t) => {
    t.throws(() => readCommandLine(line.split(' ').filter(Boolean)), { code: 'usage-fault', message });
  });

test('a token in the place of an id is refused, and not shown', (t) => {
  const error = t.throws(() => readCommandLine(['revoke', 'atlas_Abcdefgh01234567_secret']), { code: 'usage-fault' });
  t.notRegex(error.message, /secret/);
});
