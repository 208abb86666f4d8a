import test from 'ava';
import { earlyJobs, refuseToLoseData } from './apply-stage.js';
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

test('a plan that would take the data is refused, one that makes it, leaves it or forgets it is not', (t) => {
  const volume = (action: Action): PlannedChange[] => [{ address: 'docker_volume.postgres_data', action }];
  for (const action of ['replace', 'delete'] as const)
    t.throws(() => refuseToLoseData(volume(action)), { message: /would remove the volume .*: nothing was changed/ });
  for (const action of ['create', 'update', 'remove'] as const) t.notThrows(() => refuseToLoseData(volume(action)));
  t.notThrows(() => refuseToLoseData(planned({ postgres: 'replace', api_1: 'delete' })));
});
