import test from 'ava';
import { earlyJobs, rejectDataLoss } from './apply-stage.js';
import type { Action, PlannedChange } from './terraform.js';

const planned = (changes: Readonly<Record<string, Action>>): PlannedChange[] =>
  Object.entries(changes).map(([part, action]) => ({ address: `docker_container.${part}`, action }));

test('a migration runs before the services change', (t) => {
  t.deepEqual(earlyJobs(planned({ api_1: 'replace', migrate: 'replace' })), ['docker_container.migrate']);
  t.deepEqual(earlyJobs(planned({ temporal: 'replace', temporal_schema: 'create', temporal_namespace: 'replace' })), [
    'docker_container.temporal_schema',
  ]);
});

test('a first deploy has no early jobs', (t) => {
  t.deepEqual(earlyJobs(planned({ postgres: 'create', migrate: 'create', api_1: 'create' })), []);
  t.deepEqual(earlyJobs(planned({ migrate: 'create', api_1: 'create' })), []);
});

test('there are no early jobs if PostgreSQL is replaced', (t) => {
  t.deepEqual(earlyJobs(planned({ postgres: 'replace', migrate: 'replace', api_1: 'replace' })), []);
});

test('rejects only plans that remove the data', (t) => {
  const volume = (action: Action): PlannedChange[] => [{ address: 'docker_volume.postgres_data', action }];
  for (const action of ['replace', 'delete'] as const)
    t.throws(() => rejectDataLoss(volume(action)), { message: /would remove the volume .* Nothing was changed/ });
  for (const action of ['create', 'update', 'remove'] as const) t.notThrows(() => rejectDataLoss(volume(action)));
  t.notThrows(() => rejectDataLoss(planned({ postgres: 'replace', api_1: 'delete' })));
});
