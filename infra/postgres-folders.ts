import { users } from './secrets.js';

/** Data folder of PostgreSQL's image, which declares a volume there. */
export const dataFolder = '/var/lib/postgresql/data';

/** The other folders that a server writes to: Docker's mount options by path. The rest of its file system is read-only. */
export const serverTmpfs = {
  '/tmp': 'rw,noexec,nosuid,size=64m',
  '/var/run/postgresql': `rw,noexec,nosuid,size=1m,uid=${users.postgres},gid=${users.postgres},mode=0755`,
} as const;
