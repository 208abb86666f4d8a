import { parseEnv } from 'node:util';
import test from 'ava';
import { parseEnvFile } from './env-file.js';

const linesOf = (text: string) => parseEnvFile(text).faults.map(({ line }) => line);

/** Excludes syntax that Node 20, 22 and 24 parse differently. */
const valid = `# Settings of this machine
API_PORT=3000
  LOG_LEVEL = debug
export POSTGRES_USER=ada
POSTGRES_PASSWORD='a # "b" \\n $c'
TEMPORAL_API_KEY="one\\ntwo"
TEMPORAL_TLS_CLIENT_KEY_DATA="-----BEGIN KEY-----
abc=
-----END KEY-----"
API_HOST=127.0.0.1 # loopback
API_ALLOWED_HOSTS="a.example" # quoted
BACK=\`it's "here"\`
EMPTY=
QUOTED_EMPTY=""
INNER=it's "so" and=so
lower_case=x y  z
API_CORS_ORIGINS=https://shop.example,http://localhost:5173
`;

test('parses a valid file as Node does', (t) => {
  const { variables, faults } = parseEnvFile(valid);
  t.deepEqual(faults, []);
  t.deepEqual(variables, { ...parseEnv(valid) } as Record<string, string>);
  t.is(variables['TEMPORAL_API_KEY'], 'one\ntwo');
});

test('accepts LF, CRLF and CR', (t) => {
  const { variables } = parseEnvFile(valid);
  for (const end of ['\r\n', '\r']) t.like(parseEnvFile(valid.replaceAll('\n', end)), { variables, faults: [] });
  t.deepEqual(parseEnvFile('A=1\rB=2\r\nC=3').variables, { A: '1', B: '2', C: '3' });
});

test('parses lines that Node skips or garbles', (t) => {
  t.deepEqual(parseEnvFile('A=  \nB=2').variables, { A: '', B: '2' });
  t.deepEqual(parseEnvFile('export  A=1\n\tB=2\n#C=3').variables, { A: '1', B: '2' });
  t.deepEqual(parseEnvFile('A= # none\nB=x # c # d').variables, { A: '', B: 'x' });
});

test('reports lines that are not assignments with their number', (t) => {
  for (const line of [
    'API_AUTHENTICATION',
    'API_AUTHENTICATION: keys',
    '=x',
    'API-PORT=1',
    '1A=1',
    'set A=1',
    'export A',
  ])
    t.deepEqual(linesOf(`# first\n${line}\nB=2`), [2], line);
  t.deepEqual(linesOf('A=1\n\uFEFFB=2\n\u00a0C=3\nD=4\n;E'), [2, 3, 5]);
  t.deepEqual(parseEnvFile('A\nB=2').variables, { B: '2' });
});

test('reports unclosed quotes, and text after quotes', (t) => {
  for (const value of ['"x', "'x", '`x', '"', '"x\' # y']) t.deepEqual(linesOf(`A=1\nB=${value}\nC=2`), [2], value);
  for (const value of ['"x"y', "'x' y", '"a" "b"', "'it's'"]) t.deepEqual(linesOf(`A=1\nB=${value}\nC=2`), [2], value);
  t.deepEqual(linesOf('A="1\nB="2"\nC=3'), [1], 'the quote of the next line closes it');
});

test('reports a # inside an unquoted value, because programs parse it differently', (t) => {
  for (const value of ['abc#1', '#abc', 'a b#c # d']) t.deepEqual(linesOf(`A=${value}`), [1], value);
  t.deepEqual(parseEnvFile('A="abc#1"').variables, { A: 'abc#1' });
});

test('reports a name with two values with both lines', (t) => {
  t.deepEqual(parseEnvFile('A=1\n\nA=2').faults, [
    { line: 3, message: 'A has another value in line 1; remove one of them' },
  ]);
  t.like(parseEnvFile('A=1\nA="1"'), { variables: { A: '1' }, faults: [] });
});

test('counts the lines of multi-line values', (t) => {
  t.deepEqual(linesOf('A="1\n2\n3"\nwrong\nB="\r\n\r\n"\r\nwrong'), [4, 8]);
});

test('no fault quotes a value', (t) => {
  const { faults } = parseEnvFile('canary\nA="canary\nB=canary#canary\ncanary-x=canary');
  t.true(faults.length > 0);
  for (const { message } of faults) t.notRegex(message, /canary/);
});

test('accepts names of Object.prototype members', (t) => {
  t.deepEqual(Object.entries(parseEnvFile('__proto__=1\nconstructor=2').variables), [
    ['__proto__', '1'],
    ['constructor', '2'],
  ]);
});
