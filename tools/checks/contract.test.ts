import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkContract } from './contract.js';

const published = { openapi: '3.1.0', paths: { '/a': { get: { responses: {} } }, '/b': { get: { responses: {} } } } };
const current = { openapi: '3.1.0', paths: { '/b': { get: { responses: {} } } } };
const id = 'GET /a: is gone';

function check(t: ExecutionContext, files: Readonly<Record<string, unknown>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'atlas-contract-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'docs');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return checkContract(folder);
}

const both = { 'openapi.json': current, 'openapi.published.json': published };
const named = (...changes: readonly unknown[]) => ({ 'openapi.breaking.json': { changes } });

test('finds nothing wrong with a contract that keeps what was published', (t) => {
  t.deepEqual(check(t, { ...both, 'openapi.json': published }), []);
  t.deepEqual(check(t, { ...both, 'openapi.json': published, ...named() }), []);
});

test('tells how to name a breaking change that is not named', (t) => {
  t.deepEqual(check(t, both), [
    `breaks callers: ${id}`,
    'if it is meant, say why in the changes of docs/openapi.breaking.json:',
    `  {"id":"${id}","why":""}`,
  ]);
});

test('takes a breaking change that is named with a reason', (t) => {
  t.deepEqual(check(t, { ...both, ...named({ id, why: 'Nobody calls it' }) }), []);
});

test('finds a name without a reason', (t) => {
  t.deepEqual(check(t, { ...both, ...named({ id, why: ' ' }) }), [
    `docs/openapi.breaking.json does not say why: ${id}`,
  ]);
});

test('finds a name of what is not a change any more', (t) => {
  t.deepEqual(check(t, { ...both, 'openapi.json': published, ...named({ id, why: 'Nobody calls it' }) }), [
    `docs/openapi.breaking.json names what is not a change, take it out: ${id}`,
  ]);
});

test('tells how to make the documents that are missing', (t) => {
  t.deepEqual(check(t, {}), [
    'docs/openapi.json is missing: npm run generate:contract makes it',
    'docs/openapi.published.json is missing: npm run generate:contract -- --publish makes it',
  ]);
});

test('finds documents that are not JSON objects', (t) => {
  t.deepEqual(check(t, { 'openapi.json': '{', 'openapi.published.json': [] }), [
    'docs/openapi.json is not a JSON object: npm run generate:contract makes it',
    'docs/openapi.published.json is not a JSON object: npm run generate:contract -- --publish makes it',
  ]);
});

for (const [what, content] of Object.entries({
  'not JSON': '{',
  'without changes': {},
  'with a change without an id': { changes: [{ why: 'Nobody calls it' }] },
  'with a change that is text': { changes: [id] },
})) {
  test(`finds a file of names ${what}`, (t) => {
    t.deepEqual(check(t, { ...both, 'openapi.breaking.json': content }), [
      'docs/openapi.breaking.json must be like { "changes": [{ "id": "…", "why": "…" }] }',
    ]);
  });
}
