import type { Address } from './terraform.js';

/** Whether it is a volume: the only one that Terraform may manage is that of the data. */
export const isData = (address: Address): boolean => address.startsWith('docker_volume.');

/** Jobs that migrate data for new services while the old ones still run. */
export const migrations: readonly Address[] = [
  'docker_container.postgres_roles',
  'docker_container.temporal_schema',
  'docker_container.migrate',
];

/** Containers that run to completion. */
export const jobs: ReadonlySet<Address> = new Set([...migrations, 'docker_container.temporal_namespace']);
