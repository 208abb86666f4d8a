import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { images, referenceOf } from '../../../infra/images.js';
import { ports } from '../../../platform/settings/names.js';
import { BenchError } from '../bench-error.js';
import { runCommand } from '../run-command.js';
import { until } from './until.js';

const prefix = 'atlas-bench-sample';
const containers = { postgres: `${prefix}-postgresql`, schema: `${prefix}-schema`, temporal: `${prefix}-temporal` };
const readyWithinMs = 120_000;

/** As in the sample, `development-sql.yaml`. */
const dynamicConfig = `limit.maxIDLength:
  - value: 255
system.forceSearchAttributesCacheRefreshOnRead:
  - value: true
`;

/** As in the sample, `setup-postgres.sh`. */
const setup = ['temporal', 'visibility']
  .map((schema) => {
    const database = schema === 'temporal' ? schema : `temporal_${schema}`;
    const tool = `temporal-sql-tool --plugin postgres12 --ep postgresql -u temporal -p 5432 --db ${database}`;
    const versions = `/etc/temporal/schema/postgresql/v12/${schema}/versioned`;
    return `${tool} create; ${tool} setup-schema -v 0.0; ${tool} update-schema -d ${versions}`;
  })
  .join('; ');

const settings = {
  DB: 'postgres12',
  DB_PORT: '5432',
  POSTGRES_USER: 'temporal',
  POSTGRES_PWD: 'temporal',
  POSTGRES_SEEDS: 'postgresql',
  BIND_ON_IP: '0.0.0.0',
  DYNAMIC_CONFIG_FILE_PATH: '/etc/temporal/config/dynamicconfig/development-sql.yaml',
};

const variables = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).flatMap(([name, value]) => ['--env', `${name}=${value}`]);

/**
 * Starts Temporal's sample (https://github.com/temporalio/samples-server, `compose/docker-compose-postgres.yml`) without its UI, in the
 * stage's versions: defaults of the images, a PostgreSQL of its own with default durability, and two cores for each container, as in the stage.
 * Removes what an earlier run left: only one benchmark runs at a time.
 * @param folder - for the dynamic configuration; exists
 */
export async function startSample(folder: string, signal: AbortSignal): Promise<{ readonly address: string }> {
  const docker = async (...args: string[]) => (await runCommand('docker', args, { signal })).stdout.trim();
  const run = (name: string, ...args: string[]) =>
    docker('run', '--name', name, '--network', prefix, '--cpus', '2', ...args);
  const ready = (container: string, ...check: string[]) => {
    const isReady = () =>
      docker('exec', container, ...check).then(
        () => true,
        () => false,
      );
    const late = () => new BenchError('sample-unavailable', `${container} is not ready: ${check.join(' ')}`);
    return until(isReady, readyWithinMs, late, signal);
  };
  await removeSample();
  await docker('network', 'create', prefix);

  const owner = variables({ POSTGRES_USER: 'temporal', POSTGRES_PASSWORD: 'temporal' });
  const alias = ['--network-alias', 'postgresql'];
  await run(containers.postgres, '--detach', ...alias, ...owner, referenceOf(images.postgres));
  await ready(containers.postgres, 'pg_isready', '--quiet', '--host=127.0.0.1', '--username=temporal');

  const shell = ['--entrypoint', 'sh', ...variables({ SQL_PASSWORD: 'temporal' })];
  await run(containers.schema, ...shell, referenceOf(images.temporalAdminTools), '-euc', setup);

  const file = join(folder, 'development-sql.yaml');
  writeFileSync(file, dynamicConfig, { mode: 0o644 });
  const mount = `${file}:${settings.DYNAMIC_CONFIG_FILE_PATH}:ro`;
  const server = referenceOf(images.temporalServer);
  await run(containers.temporal, '--detach', '--volume', mount, ...variables(settings), server);
  await ready(containers.temporal, 'nc', '-z', 'localhost', String(ports.temporal));
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return { address: `${await docker('inspect', '--format', format, containers.temporal)}:${ports.temporal}` };
}

/** Removes the sample with its data. Idempotent. */
export async function removeSample(): Promise<void> {
  await runCommand('docker', ['rm', '--force', '--volumes', ...Object.values(containers)]);
  const { stdout } = await runCommand('docker', ['network', 'ls', '--quiet', '--filter', `name=^${prefix}$`]);
  if (stdout !== '') await runCommand('docker', ['network', 'rm', prefix]);
}
