import { users } from './secrets.js';

/** Where PostgreSQL's image has its data, and declares a volume. */
export const dataFolder = '/var/lib/postgresql/data';

/** What a server writes to besides, by path, with Docker's options: its container's root is read-only. */
export const serverTmpfs = {
  '/tmp': 'rw,noexec,nosuid,size=64m',
  '/var/run/postgresql': `rw,noexec,nosuid,size=1m,uid=${users.postgres},gid=${users.postgres},mode=0755`,
} as const;
