import test from 'ava';
import type { ContainerResource } from '../../../infra/stage-configuration.js';
import { composeFile } from './compose-file.js';

const nameOf = (image: string) => `\${docker_image.${image}.name}`;

const plain = {
  name: 'atlas-bench-postgres',
  image: nameOf('image-postgres_1'),
  user: '999:999',
  hostname: 'postgres',
  read_only: true,
  init: false,
  env: ['PGPORT=5432'],
  capabilities: { drop: ['ALL'] },
  security_opts: ['no-new-privileges:true'],
  memory: 512,
  memory_swap: 512,
  cpu_period: 100_000,
  cpu_quota: 50_000,
  log_driver: 'json-file',
  log_opts: { 'max-size': '10m' },
  mounts: [],
  networks_advanced: [{ aliases: ['postgres'] }],
  restart: 'unless-stopped',
} satisfies ContainerResource;
const job = { ...plain, name: 'atlas-bench-roles', restart: 'no' };
const healthcheck = { test: ['CMD', 'true'], interval: '2s', timeout: '5s', retries: 3, start_period: '1m0s' };

const servicesOf = (docker_container: Record<string, ContainerResource>) =>
  JSON.parse(
    composeFile({
      docker_container,
      docker_image: { 'image-postgres_1': { name: 'postgres:17' } },
      docker_network: { network: { name: 'atlas-network-bench' } },
    }),
  ).services;

test('keeps image, user, limits, hardening and network aliases of a container', (t) => {
  const { postgres } = servicesOf({
    postgres: { ...plain, shm_size: 128, tmpfs: { '/tmp': 'rw,size=1m' }, stop_timeout: 60, healthcheck },
  });
  t.like(postgres, {
    image: 'postgres:17',
    user: '999:999',
    read_only: true,
    environment: ['PGPORT=5432'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: '512m',
    memswap_limit: '512m',
    shm_size: '128m',
    cpu_period: 100_000,
    cpu_quota: 50_000,
    tmpfs: ['/tmp:rw,size=1m'],
    networks: { default: { aliases: ['postgres'] } },
    logging: { driver: 'json-file', options: { 'max-size': '10m' } },
    restart: 'unless-stopped',
    stop_grace_period: '60s',
    healthcheck,
  });
});

test('waits until a service is healthy and until a job has succeeded', (t) => {
  const { roles, api } = servicesOf({
    postgres: { ...plain, healthcheck, wait: true },
    roles: { ...job, lifecycle: { replace_triggered_by: ['docker_container.postgres.id'] } },
    api: { ...plain, depends_on: ['docker_container.roles', 'docker_container.postgres', 'docker_image.app'] },
  });
  t.deepEqual(roles.depends_on, { postgres: { condition: 'service_healthy' } });
  t.deepEqual(api.depends_on, {
    roles: { condition: 'service_completed_successfully' },
    postgres: { condition: 'service_healthy' },
  });
});

test('waits only for the start of a service that Terraform does not wait for', (t) => {
  const { roles } = servicesOf({
    postgres: { ...plain, healthcheck },
    roles: { ...job, depends_on: ['docker_container.postgres'] },
  });
  t.deepEqual(roles.depends_on, { postgres: { condition: 'service_started' } });
});

test('escapes texts so that shells get the same from Compose as from Terraform', (t) => {
  const { roles } = servicesOf({ roles: { ...job, command: ['echo $HOME $${name#a} 100%% %%{x}'], env: ['A=$${b}'] } });
  t.deepEqual(roles.command, ['echo $$HOME $${name#a} 100%% %{x}']);
  t.deepEqual(roles.environment, ['A=$${b}']);
});

test('keeps the paths of files, and uses a volume for data', (t) => {
  const file = { type: 'bind', source: '/secrets/password', target: '/run/secrets/password', read_only: true };
  const data = { type: 'volume', source: 'atlas-bench-postgres-data', target: '/var/lib/postgresql/data' };
  const { postgres } = servicesOf({ postgres: { ...plain, mounts: [file, data] } });
  t.deepEqual(postgres.volumes, [file, { ...data, source: 'data' }]);
});

test('rejects an unknown attribute', (t) => {
  t.throws(() => servicesOf({ postgres: { ...plain, sysctls: {} } as ContainerResource }), {
    message: 'postgres: the Compose file has no translation of sysctls',
  });
});

test('rejects an image that is not of the stage', (t) => {
  t.throws(() => servicesOf({ postgres: { ...plain, image: nameOf('other') } }), {
    message: `${nameOf('other')} is not an image of the stage`,
  });
});
