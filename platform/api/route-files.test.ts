import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { routesIn } from './route-files.js';

const surface = new URL('./product-route.js', import.meta.url).href;

const route = (name: string, path = `/v1/${name}`) => `
import { defineRoute } from '${surface}';
export const ${name} = defineRoute({
  id: '${name}', method: 'get', path: '${path}', summary: 'Get it', tag: 'runs', scope: 'public',
  answers: { 204: { description: 'Nothing.' } },
  handler: () => () => ({ status: 204 }),
});`;

function folderWith(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-routes-')));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return {
    load: routesIn(pathToFileURL(join(folder, 'index.ts')).href),
    nameOf: (file: string) => relative(process.cwd(), join(folder, file)),
  };
}

test('loads the route of each file, in the order of the names', async (t) => {
  const { load } = folderWith(t, {
    'list-b.ts': `${route('listB')}\nexport const limit = 3;\nexport default listB;`,
    'get-a.ts': route('getA'),
    'index.ts': 'export const routes = 1;',
    'get-a.test.ts': 'throw new Error("a test");',
    'get-a.d.ts': 'export declare const getA: 1;',
    'notes.md': '',
  });
  t.deepEqual(
    (await load()).map(({ operation }) => operation.path),
    ['/v1/getA', '/v1/listB'],
  );
});

const faults: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'exports no route': [
    'export const helper = {};',
    /^FILE exports no route: export the result of defineRoute, or move/,
  ],
  'exports two routes': [
    route('a') + route('b').replace(/^import.*$/m, ''),
    /^FILE exports the routes a and b: move one/,
  ],
  'throws while it is loaded': ['\nundefined.x;', /^FILE cannot be loaded: Cannot read .*undefined.* \(FILE:2\)$/],
  'has a syntax error': ['export const = 1;', /^FILE cannot be loaded: [^\n]+$/],
  'imports what does not exist': ["import './nope.js';", /^FILE cannot be loaded: Cannot find module [^\n]+$/],
};

for (const [what, [text, message]] of Object.entries(faults)) {
  test(`names a file that ${what}, in one line`, async (t) => {
    const { load, nameOf } = folderWith(t, { 'get-it.ts': text, 'ok.ts': route('ok') });
    const error = await t.throwsAsync(load(), { code: 'command-fault' });
    t.regex(error?.message.replaceAll(nameOf('get-it.ts'), 'FILE') ?? '', message);
  });
}
