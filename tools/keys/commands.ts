import { rmSync, writeFileSync } from 'node:fs';
import { product } from '../../config/product.js';
import { type ApiKey, type Credential, makeToken, readToken } from '../../platform/auth/api-key.js';
import type { ApiKeysRepository } from '../../platform/database/api-keys-repository.js';
import { readTextFile } from '../../platform/settings/text-file.js';
import { CommandFault } from '../cli/faults.js';
import type { Screen } from '../cli/screen.js';
import type { KeysRequest } from './cli.js';

export interface KeysContext {
  readonly keys: ApiKeysRepository;
  /** Who does this, for the audit log. */
  readonly caller: string;
  /** Standard output. */
  readonly screen: Pick<Screen, 'line' | 'columns'>;
  /** Says something beside what a script reads: standard error. */
  readonly remark: (line: string) => void;
}

type Asked<C extends KeysRequest['command']> = Extract<KeysRequest, { command: C }>;

/**
 * Does what was asked and says so.
 * @throws {CommandFault} it could not be done; and what the repository throws
 */
export async function runRequest(
  request: Exclude<KeysRequest, { command: 'help' }>,
  context: KeysContext,
): Promise<void> {
  switch (request.command) {
    case 'create':
      return create(request, context);
    case 'ensure':
      return ensure(request, context);
    case 'list':
      return list(request, context);
    case 'revoke':
      return revoke(request, context);
  }
}

async function create({ name, scopes, output }: Asked<'create'>, context: KeysContext): Promise<void> {
  const { keys, caller, screen, remark } = context;
  const token = makeToken(product);
  // The file comes first: of a key whose token could not be kept nobody would have anything.
  if (output !== undefined) writeNewFile(output, `${token}\n`);
  try {
    const key = await keys.create({ ...credentialOf(token), name, scopes }, caller);
    if (output !== undefined) return screen.line(`${describe(key)} made; its token is in ${output}`);
    remark(`${describe(key)} made. Its token, which is shown this once:`);
    screen.line(token);
  } catch (error) {
    if (output !== undefined) rmSync(output, { force: true });
    throw error;
  }
}

async function ensure({ name, scopes, file }: Asked<'ensure'>, { keys, caller, screen }: KeysContext): Promise<void> {
  const credential = readToken(readTokenFile(file));
  if (!credential)
    throw new CommandFault(
      `${file} holds no token: it is ${product.apiKeyPrefix}<id>_<secret>, as npm run keys -- create makes it`,
    );
  const { stored, created } = await keys.ensure({ ...credential, name, scopes }, caller);
  const { key, secretHash } = stored;
  if (!credential.secretHash.equals(secretHash))
    throw new CommandFault(`${describe(key)} is there with another secret: the token in ${file} lets nobody in`);
  if (created) screen.line(`${describe(key)} made`);
  else
    screen.line(
      `${describe(key)} is there already${key.revokedAt ? `, revoked ${time(key.revokedAt)}; it stays so` : ''}`,
    );
}

async function list({ json }: Asked<'list'>, { keys, screen, remark }: KeysContext): Promise<void> {
  const all = await keys.list();
  if (json) return screen.line(JSON.stringify(all, undefined, 2));
  if (all.length === 0) return remark('There is no key yet: npm run keys -- create makes one');
  screen.columns(
    ['id', 'name', 'scopes', 'created', 'revoked'],
    all.map((key) => [
      key.id,
      key.name,
      key.scopes.join(','),
      time(key.createdAt),
      key.revokedAt ? time(key.revokedAt) : '',
    ]),
  );
}

async function revoke({ id }: Asked<'revoke'>, { keys, caller, screen }: KeysContext): Promise<void> {
  const found = await keys.revoke(id, caller);
  if (!found) throw new CommandFault(`No key has the id ${id}: npm run keys -- list shows them`);
  const { key, revoked } = found;
  if (revoked) screen.line(`${describe(key)} revoked: within a second it lets nobody in any more`);
  else screen.line(`${describe(key)} was revoked already${key.revokedAt ? `, ${time(key.revokedAt)}` : ''}`);
}

const describe = ({ id, name, scopes }: ApiKey): string => `Key ${id} of ${name} (${scopes.join(', ')})`;

/** To the second, in UTC. */
const time = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

function credentialOf(token: string): Credential {
  const credential = readToken(token);
  if (!credential) throw new Error('A token that was just made cannot be read');
  return credential;
}

function writeNewFile(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFault(
      code === 'EEXIST'
        ? `${path} is there already, and a token is never written over something: name another file`
        : `${path} cannot be written (${code})`,
      { cause: error },
    );
  }
}

function readTokenFile(path: string): string {
  try {
    return readTextFile(path).trimEnd();
  } catch (error) {
    throw new CommandFault((error as Error).message.replace(/^the file /, ''), { cause: error });
  }
}
