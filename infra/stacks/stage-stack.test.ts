import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { product } from '../../config/product.js';
import { projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import { matchesFile } from '../../platform/testing/support/generated-file.js';
import { labels as labelNames, type Stage } from '../stage.js';
import { type ContainerResource, stageConfiguration } from '../stage-configuration.js';
import { snapshotOf } from '../testing/snapshot.js';
import {
  type Configuration,
  containersOf,
  settingsFrom,
  stageFrom,
  stages,
  synthesise,
  synthesisedText,
} from '../testing/synthesise.js';

const isJob = ({ restart }: ContainerResource) => restart === 'no';
const partOf = ({ labels = [] }: ContainerResource) =>
  labels.find(({ label }) => label === labelNames.part)?.value ?? '';

for (const [name, env] of Object.entries(stages)) {
  test(`${name} matches its snapshot`, (t) => {
    const path = `infra/stacks/snapshots/${name}.json`;
    const found = snapshotOf(synthesisedText(env));
    if (process.env['UPDATE_SNAPSHOTS'] === '1') writeFileSync(join(projectRoot, path), found);
    matchesFile(t, path, found, 'UPDATE_SNAPSHOTS=1 npx ava infra/stacks/stage-stack.test.ts');
  });

  test(`${name}: every container is hardened and limited`, (t) => {
    for (const [id, it] of containersOf(env)) {
      t.true(it.read_only, id);
      t.regex(it.user ?? '', /^([1-9]\d*):\1$/, id);
      t.deepEqual(
        it.capabilities,
        ['proxy', 'ui_login'].includes(id) ? { add: ['CAP_NET_BIND_SERVICE'], drop: ['ALL'] } : { drop: ['ALL'] },
        id,
      );
      t.deepEqual(it.security_opts, ['no-new-privileges:true'], id);
      t.is(it.privileged, undefined, id);
      t.true((it.memory ?? 0) > 0, id);
      t.is(it.memory_swap, it.memory, id);
      t.true((it.cpu_quota ?? 0) > 0 && it.cpu_period === 100_000, id);
      t.false('cpus' in it, `${id}: the provider fails on cpus when it reads the container back`);
      t.is(it.log_driver, 'json-file', id);
      t.deepEqual(it.log_opts, { 'max-file': '3', 'max-size': '10m' }, id);
    }
  });

  test(`${name}: every container has its labels, and its part's name in the stage's network only`, (t) => {
    const { resource } = synthesise(env);
    const [[network]] = Object.entries(resource.docker_network) as [[string, unknown]];
    for (const [id, it] of Object.entries(resource.docker_container)) {
      const part = partOf(it);
      t.is(id, part.replaceAll('-', '_'));
      t.is(it.name, `${product.name}-${env.ATLAS_STAGE}-${part}`);
      t.deepEqual(
        it.labels?.map(({ label, value }) => (label === labelNames.definition ? label : `${label}=${value}`)),
        [`${product.name}.stage=${env.ATLAS_STAGE}`, `${product.name}.part=${part}`, labelNames.definition],
      );
      t.is(it.network_mode, 'bridge');
      t.deepEqual(
        it.networks_advanced?.map((its) => its.name),
        [`\${docker_network.${network}.name}`],
      );
      t.is(it.networks_advanced?.[0]?.aliases[0], part);
    }
  });

  test(`${name}: services restart, and a deploy waits until they are healthy`, (t) => {
    const services = containersOf(env).filter(([, it]) => !isJob(it));
    t.deepEqual(services.map(([id]) => id).sort(), [
      ...['api_1', 'api_2', 'postgres', 'proxy', 'temporal', 'temporal_ui'],
      ...('DEPLOY_UI_PASSWORD' in env ? ['ui_login'] : []),
      'worker_1',
    ]);
    for (const [id, it] of services) {
      t.is(it.restart, 'unless-stopped', id);
      t.true(it.wait, id);
      t.true((it.wait_timeout ?? 0) > 60, id);
      t.true((it.destroy_grace_seconds ?? 0) > 0, id);
      t.is(it.stop_timeout, it.destroy_grace_seconds, id);
      const { test: probe = [], interval = '', timeout = '', start_period = '', retries } = it.healthcheck ?? {};
      t.true(probe[0] === 'CMD' || probe[0] === 'CMD-SHELL', id);
      // Go writes whole minutes as 1m0s, and no number of seconds above 59.
      for (const duration of [interval, timeout, start_period]) t.regex(duration, /^([1-5]?\dm)?[1-5]?\d(\.9)?s$/, id);
      t.true((retries ?? 0) > 0, id);
    }
  });

  test(`${name}: jobs run once, publish nothing and fail the deploy when they fail`, (t) => {
    const jobs = containersOf(env).filter(([, it]) => isJob(it));
    t.deepEqual(jobs.map(([id]) => id).sort(), ['migrate', 'postgres_roles', 'temporal_namespace', 'temporal_schema']);
    for (const [id, it] of jobs) {
      t.like(it, { attach: true, logs: true, must_run: false }, id);
      for (const absent of ['ports', 'wait', 'healthcheck'] as const) t.is(it[absent], undefined, id);
      const [condition, ...others] = it.lifecycle?.postcondition ?? [];
      t.is(condition?.condition, `\${self.exit_code == 0}`, id);
      t.true(condition?.error_message.includes(`\${self.container_logs}`), id);
      t.true(condition?.error_message.includes(`docker rm ${it.name}`), id);
      t.deepEqual(others, []);
    }
  });

  test(`${name}: a container mounts only its own secrets from this machine`, (t) => {
    const { secretsFolder } = stageFrom(env);
    for (const [id, it] of containersOf(env))
      for (const mount of it.mounts ?? []) {
        if (mount.type === 'volume') t.is(id, 'postgres');
        else {
          t.true(mount.source?.startsWith(`${secretsFolder}/`), id);
          t.like(mount, { type: 'bind', read_only: true }, id);
          t.regex(mount.target, /^\/run\/secrets\/[a-z-]+$/, id);
          const holder = mount.source?.slice(secretsFolder.length + 1).split('/')[0] ?? '';
          t.true(partOf(it) === holder || /^(api|worker)$/.test(holder), id);
          t.true(partOf(it).startsWith(holder), id);
        }
      }
    t.false(synthesisedText(env).includes('docker.sock'));
  });

  test(`${name}: no text for a container contains an expression of Terraform`, (t) => {
    for (const [id, it] of containersOf(env))
      for (const text of [it.command, it.entrypoint, it.env, it.healthcheck?.test].flatMap((texts) => texts ?? []))
        t.notRegex(text.replaceAll(/\$\$\{|%%\{/g, ''), /[$%]\{/, id);
  });
}

test("a shell's expansion reaches the shell", (t) => {
  const { temporal_schema } = synthesise(stages.dev).resource.docker_container;
  t.true(temporal_schema?.command?.[0]?.includes('$${database#'));
});

const queuesOf = (env: Environment) =>
  Object.fromEntries(
    containersOf(env)
      .filter(([id]) => id.startsWith('worker'))
      .map(([id, it]) => [id, it.env.find((text) => text.startsWith('WORKER_TASK_QUEUES='))?.split('=')[1]]),
  );

test('with tokens alone, no key is registered, and only the API knows the issuer', (t) => {
  const tokens = { API_OIDC_ISSUER: 'https://login.example.com', API_OIDC_AUDIENCE: 'https://api.example.com' };
  const commandOf = (API_AUTHENTICATION: string) =>
    synthesise({ ...tokens, API_AUTHENTICATION }).resource.docker_container['migrate']?.command?.join(' ') ?? '';
  t.is(commandOf('oidc'), 'node dist/tools/migrate/main.js up');
  for (const kind of ['keys', 'keys-or-oidc', 'none']) t.regex(commandOf(kind), /keys\/main\.js ensure/, kind);
  for (const [id, it] of containersOf({ ...tokens, API_AUTHENTICATION: 'oidc' })) {
    const given = it.env.filter((text) => /^API_(AUTHENTICATION=|OIDC_(ISSUER|AUDIENCE)=)/.test(text)).sort();
    const isApi = id.startsWith('api');
    t.deepEqual(
      given,
      isApi
        ? [
            'API_AUTHENTICATION=oidc',
            ...Object.entries(tokens)
              .map((it) => it.join('='))
              .sort(),
          ]
        : [],
      id,
    );
  }
});

test('creates the configured numbers of replicas and workers', (t) => {
  const env = { DEPLOY_API_REPLICAS: '1', DEPLOY_WORKERS_PER_QUEUE: '2' };
  const ids = containersOf(env).map(([id]) => id);
  t.deepEqual(ids.filter((id) => id.startsWith('api')).sort(), ['api_1']);
  t.deepEqual(queuesOf(env), { worker_1: 'workflows,activities', worker_2: 'workflows,activities' });
});

test('workers of the queue for activities relieve the other workers of it', (t) => {
  t.deepEqual(queuesOf({ DEPLOY_ACTIVITY_WORKERS: '2' }), {
    worker_1: 'workflows',
    worker_activities_1: 'activities',
    worker_activities_2: 'activities',
  });
});

/** Names that are unique on an engine or on this machine: two stages must not share one. */
const claims = (env: Environment): readonly string[] => {
  const { resource }: Configuration = synthesise(env);
  const { volume, image, folder } = stageFrom(env);
  return [
    ...Object.values(resource.docker_container).map(({ name }) => `container ${name}`),
    ...Object.values(resource.docker_container).flatMap(({ ports = [] }) => ports.map((it) => `port ${it.external}`)),
    ...Object.values(resource.docker_container).flatMap(({ mounts = [] }) => mounts.map((it) => `file ${it.source}`)),
    ...Object.values(resource.docker_network).map(({ name }) => `network ${name}`),
    ...[`volume ${volume}`, `image ${image}`, `folder ${folder}`],
  ];
};

test('stages share no container, network, volume, image, file or port, even if one name is a prefix of another', (t) => {
  const seen = new Map<string, string>();
  for (const stage of [
    'dev',
    'staging',
    'production',
    'a',
    'a-temporal',
    'a-api',
    'a-worker',
    'dev-postgres',
    'network',
  ])
    for (const claim of new Set(claims({ ATLAS_STAGE: stage }))) {
      t.is(seen.get(claim), undefined, `${stage}: ${claim}`);
      seen.set(claim, stage);
    }
});

test("no part's name ends with another's, so that names of two stages cannot collide", (t) => {
  const many = { DEPLOY_API_REPLICAS: '12', DEPLOY_WORKERS_PER_QUEUE: '12', DEPLOY_ACTIVITY_WORKERS: '12' };
  const parts = containersOf({ ...stages.exposed, ...many }).map(([, it]) => partOf(it));
  for (const part of parts) for (const other of parts) t.false(part.endsWith(`-${other}`), `${part}, ${other}`);
});

test('retained data is not in the state, and Terraform forgets it if it was', (t) => {
  const { resource, removed } = synthesise({});
  t.is(resource.docker_volume, undefined);
  t.deepEqual(removed, [{ from: 'docker_volume.postgres_data', lifecycle: { destroy: false } }]);
  t.is(resource.docker_container['postgres']?.mounts?.[0]?.source, `${product.name}-dev-postgres-data`);
});

test('removable data is in the state, with the same name', (t) => {
  const { resource, removed } = synthesise({ ATLAS_DATA_REMOVAL: 'destroy' });
  t.is(removed, undefined);
  t.deepEqual(Object.keys(resource.docker_volume ?? {}), ['postgres_data']);
  t.is(resource.docker_volume?.['postgres_data']?.name, `${product.name}-dev-postgres-data`);
  t.is(resource.docker_container['postgres']?.mounts?.[0]?.source, `\${docker_volume.postgres_data.name}`);
});

test("the state is in the stage's folder", (t) => {
  const { backend } = synthesise({ ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: '/var/lib/atlas' }).terraform;
  t.deepEqual(backend, { local: { path: '/var/lib/atlas/staging/terraform.tfstate' } });
});

test('the configuration of a state in PostgreSQL contains the schema only, not the connection string', (t) => {
  const address = 'postgres://state:canary@state.example/terraform';
  const env = { ATLAS_STAGE: 'staging-2', ATLAS_STATE_BACKEND: 'pg', PG_CONN_STR: address };
  const { backend } = synthesise(env).terraform;
  t.deepEqual(backend, { pg: { schema_name: 'terraform_staging_2' } });
  const text = synthesisedText(env);
  for (const absent of [address, 'canary', 'state.example', '"conn_str":']) t.false(text.includes(absent));
});

test('new passwords replace the containers that use one, a new key only the migrate job', (t) => {
  const settings = settingsFrom({ ATLAS_STAGE: 'dev' });
  const labelsWith = (stage: Stage) => {
    const { docker_container } = (JSON.parse(stageConfiguration(settings, stage, {})) as Configuration).resource;
    return Object.entries(docker_container).map(([id, { labels = [] }]) => [id, JSON.stringify(labels)] as const);
  };
  const stage = stageFrom({ ATLAS_STAGE: 'dev' });
  const before = new Map(labelsWith(stage));
  const changedBy = (what: Partial<Stage>) =>
    labelsWith({ ...stage, ...what })
      .filter(([id, text]) => text !== before.get(id))
      .map(([id]) => id)
      .sort();
  t.deepEqual(changedBy({ apiKeyId: 'abc' }), ['migrate']);
  t.deepEqual(changedBy({ secretsGeneration: 'abc' }), [
    'api_1',
    'api_2',
    'migrate',
    'postgres',
    'postgres_roles',
    'temporal',
    'temporal_schema',
    'worker_1',
  ]);
});

test("escapes Terraform's expressions in the path of a stage", (t) => {
  const open = '{';
  const { resource, terraform } = synthesise({ ATLAS_STAGES_DIR: `/tmp/$${open}a}/%${open}if b}` });
  // Terraform evaluates no expressions in a backend.
  t.is(terraform.backend['local']?.['path'], `/tmp/$${open}a}/%${open}if b}/dev/terraform.tfstate`);
  const sources = Object.values(resource.docker_container).flatMap(({ mounts = [] }) =>
    mounts.filter(({ type }) => type === 'bind').map(({ source }) => source ?? ''),
  );
  t.true(sources.length > 0);
  for (const source of sources) t.true(source.startsWith(`/tmp/$$${open}a}/%%${open}if b}/dev/secrets/`), source);
});

test('services of a stage ignore proxy variables of the engine', (t) => {
  const talking = ['temporal', 'temporal-ui', 'temporal-namespace', 'proxy'];
  for (const [id, it] of containersOf(stages.dev).filter(([, it]) => talking.includes(partOf(it))))
    for (const name of ['NO_PROXY', 'no_proxy']) t.true(it.env?.includes(`${name}=*`), `${id}: ${name}`);
});
