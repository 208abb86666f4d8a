import type { Address } from './terraform.js';

/** Jobs that bring data up to what new services need, while the old ones still serve. */
export const migrations: readonly Address[] = [
  'docker_container.postgres_roles',
  'docker_container.temporal_schema',
  'docker_container.migrate',
];

/** Containers that do one thing and end. */
export const jobs: ReadonlySet<Address> = new Set([...migrations, 'docker_container.temporal_namespace']);
