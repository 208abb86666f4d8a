import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that runs PostgreSQL if this process is root, because PostgreSQL refuses to run as root: the owner of the clone,
 * otherwise `postgres`, otherwise `nobody`. It must have a name, which initdb asks for.
 * @returns `undefined` if this process is not root: PostgreSQL runs as the same user
 * @throws {Error} the machine has none of these accounts
 */
export function postgresAccount(
  clone: string,
  passwd = '/etc/passwd',
  uid: number | undefined = process.getuid?.(),
): Account | undefined {
  if (uid !== 0) return undefined;
  const accounts = readAccounts(passwd);
  const owner = statSync(clone).uid;
  const account =
    accounts.find((candidate) => candidate.uid === owner) ??
    accounts.find(({ name }) => name === 'postgres') ??
    accounts.find(({ name }) => name === 'nobody');
  if (account) return account;
  throw new Error(
    `PostgreSQL cannot run as root, and ${passwd} has no account "postgres" or "nobody" to run it: start as an unprivileged user`,
  );
}

/** Whether the account can enter every parent folder of `path`, and read and enter `path` itself. Follows links. */
export function isReachable(path: string, account: Account): boolean {
  const real = realpathSync(path);
  if (!mayUse(real, account, 0o5)) return false;
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    if (!mayUse(folder, account, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayUse(path: string, account: Account, bits: number): boolean {
  const { mode, uid, gid } = statSync(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}

function readAccounts(passwd: string): Account[] {
  return readFileSync(passwd, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7 && !fields[0]?.startsWith('#'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
    .filter(({ uid }) => uid !== 0);
}
