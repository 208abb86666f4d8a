import test from 'ava';
import { stageOf } from '../../infra/stage.js';
import { settingsFrom } from '../../infra/testing/synthesise.js';
import type { ContainerState } from './container-state.js';
import { Engine } from './engine.js';
import { findLeftovers } from './engine-leftovers.js';

const [earlier, before, later] = [new Date(1_000), new Date(2_000), new Date(3_000)];
const stage = stageOf(settingsFrom({ ATLAS_STAGE: 'dev' }));

const container = (part: string, changes: Partial<ContainerState> = {}): ContainerState => ({
  id: `id-${part}`,
  name: `${stage.prefix}-${part}`,
  part,
  image: 'image',
  status: 'running',
  health: 'healthy',
  exitCode: 0,
  createdAt: earlier,
  startedAt: earlier,
  finishedAt: earlier,
  isJob: false,
  files: [],
  stopSeconds: 10,
  published: [],
  ...changes,
});
const failed = { status: 'exited', exitCode: 1, isJob: true } as const;

/** The leftovers for these containers and networks on the engine, and these ids in the state. */
async function leftovers(
  containers: ContainerState[],
  known: string[],
  networks: { id: string; createdAt: Date }[] = [],
) {
  const engine = new Engine();
  engine.containersOf = async () => containers;
  engine.networksOf = async () => networks;
  const state = known.map((id) => ({ address: `docker_container.${id}`, id }));
  const found = await findLeftovers({ engine, stage }, state, before);
  return { containers: found.containers.map(({ part }) => part), networks: found.networks };
}

test('finds resources that the state does not contain', async (t) => {
  const found = await leftovers(
    [container('api-1'), container('proxy')],
    ['id-api-1', 'net-1'],
    [
      { id: 'net-1', createdAt: earlier },
      { id: 'net-2', createdAt: earlier },
    ],
  );
  t.deepEqual(found, { containers: ['proxy'], networks: ['net-2'] });
});

test('finds failed jobs, but not successful or running ones', async (t) => {
  const jobs = [
    container('migrate', failed),
    container('postgres-roles', { ...failed, exitCode: 0 }),
    container('temporal-schema', { isJob: true }),
  ];
  t.deepEqual(
    (
      await leftovers(
        jobs,
        jobs.map(({ id }) => id),
      )
    ).containers,
    ['migrate'],
  );
});

test('leaves a killed service to Terraform', async (t) => {
  t.deepEqual(
    (await leftovers([container('api-1', { status: 'exited', exitCode: 137 })], ['id-api-1'])).containers,
    [],
  );
});

test('ignores resources that are newer than this deploy', async (t) => {
  const found = await leftovers(
    [container('api-1'), container('proxy', { createdAt: later })],
    ['id-api-1'],
    [{ id: 'net-2', createdAt: later }],
  );
  t.deepEqual(found, { containers: [], networks: [] });
  t.deepEqual((await leftovers([container('proxy', { createdAt: later })], [])).containers, []);
});

test('rejects a stage whose state is lost', async (t) => {
  await t.throwsAsync(leftovers([container('api-1')], []), { code: 'state-lost', message: /npm run destroy/ });
});
