import test from 'ava';
import { synthesise } from '../../infra/testing/synthesise.js';
import { jobs, migrations } from './apply-progress.js';

const containers = synthesise({ ATLAS_STAGE: 'dev' }).resource.docker_container;

test('the jobs are the containers without a restart policy', (t) => {
  const found = Object.entries(containers).filter(([, { restart }]) => restart === 'no');
  t.deepEqual([...jobs].sort(), found.map(([id]) => `docker_container.${id}`).sort());
});

test('migrations depend on no service but PostgreSQL, so they can run while the others still run', (t) => {
  for (const migration of migrations) {
    const container = containers[migration.replace('docker_container.', '')];
    t.false(JSON.stringify(container?.depends_on ?? []).match(/\.(api|worker|temporal)_?\d?"/) !== null, migration);
  }
});
