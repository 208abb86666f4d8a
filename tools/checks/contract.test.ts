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
const listed = (...changes: readonly unknown[]) => ({ 'openapi.breaking.json': { changes } });

test('accepts a contract without breaking changes', (t) => {
  t.deepEqual(check(t, { ...both, 'openapi.json': published }), []);
  t.deepEqual(check(t, { ...both, 'openapi.json': published, ...listed() }), []);
});

test('reports an unlisted breaking change and the entry to add', (t) => {
  t.deepEqual(check(t, both), [
    `breaking change: ${id}`,
    'if this is intended, add to "changes" in docs/openapi.breaking.json, with the reason in "why":',
    `  {"id":"${id}","why":""}`,
  ]);
});

test('accepts a breaking change that is listed with a reason', (t) => {
  t.deepEqual(check(t, { ...both, ...listed({ id, why: 'No caller uses it' }) }), []);
});

test('reports an entry without a reason', (t) => {
  t.deepEqual(check(t, { ...both, ...listed({ id, why: ' ' }) }), [
    `docs/openapi.breaking.json: "why" is empty for: ${id}`,
  ]);
});

test('reports an outdated entry', (t) => {
  t.deepEqual(check(t, { ...both, 'openapi.json': published, ...listed({ id, why: 'No caller uses it' }) }), [
    `docs/openapi.breaking.json: remove this entry, which is not a change: ${id}`,
  ]);
});

test('reports missing documents and the command that creates them', (t) => {
  t.deepEqual(check(t, {}), [
    'docs/openapi.json is missing; run npm run generate:contract',
    'docs/openapi.published.json is missing; run npm run generate:contract -- --publish',
  ]);
});

test('reports documents that are not JSON objects', (t) => {
  t.deepEqual(check(t, { 'openapi.json': '{', 'openapi.published.json': [] }), [
    'docs/openapi.json is not a JSON object; run npm run generate:contract',
    'docs/openapi.published.json is not a JSON object; run npm run generate:contract -- --publish',
  ]);
});

for (const [what, content] of Object.entries({
  'not JSON': '{',
  'without changes': {},
  'with a change without an id': { changes: [{ why: 'No caller uses it' }] },
  'with a change that is text': { changes: [id] },
})) {
  test(`reports a list ${what}`, (t) => {
    t.deepEqual(check(t, { ...both, 'openapi.breaking.json': content }), [
      'docs/openapi.breaking.json must have the form { "changes": [{ "id": "…", "why": "…" }] }',
    ]);
  });
}
