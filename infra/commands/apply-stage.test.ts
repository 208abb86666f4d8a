import test from 'ava';
import { earlyJobs } from './apply-stage.js';
import type { Action, PlannedChange } from './terraform.js';

const planned = (changes: Readonly<Record<string, Action>>): PlannedChange[] =>
  Object.entries(changes).map(([part, action]) => ({ address: `docker_container.${part}`, action }));

test('a migration comes before what it would stop', (t) => {
  t.deepEqual(earlyJobs(planned({ api_1: 'replace', migrate: 'replace' })), ['docker_container.migrate']);
  t.deepEqual(earlyJobs(planned({ temporal: 'replace', temporal_schema: 'create', temporal_namespace: 'replace' })), [
    'docker_container.temporal_schema',
  ]);
});

test('a first deploy has nothing to protect', (t) => {
  t.deepEqual(earlyJobs(planned({ postgres: 'create', migrate: 'create', api_1: 'create' })), []);
  t.deepEqual(earlyJobs(planned({ migrate: 'create', api_1: 'create' })), []);
});

test('where PostgreSQL is replaced nothing can go on serving meanwhile', (t) => {
  t.deepEqual(earlyJobs(planned({ postgres: 'replace', migrate: 'replace', api_1: 'replace' })), []);
});
