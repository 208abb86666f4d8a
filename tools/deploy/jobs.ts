import type { Address } from './terraform.js';

/** Whether it is a volume: the only one that a stage manages, if any, is that of its data. */
export const isData = (address: Address): boolean => address.startsWith('docker_volume.');

/** Jobs that bring data up to what new services need, while the old ones still serve. */
export const migrations: readonly Address[] = [
  'docker_container.postgres_roles',
  'docker_container.temporal_schema',
  'docker_container.migrate',
];

/** Containers that do one thing and end. */
export const jobs: ReadonlySet<Address> = new Set([...migrations, 'docker_container.temporal_namespace']);
