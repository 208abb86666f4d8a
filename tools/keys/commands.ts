import { rmSync, writeFileSync } from 'node:fs';
import { product } from '../../config/product.js';
import { type ApiKey, type Credential, makeToken, readToken } from '../../platform/auth/api-key.js';
import type { ApiKeysRepository } from '../../platform/database/api-keys-repository.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { readTextFile } from '../../platform/settings/text-file.js';
import type { Screen } from '../cli/screen.js';
import type { KeysRequest } from './cli.js';

export interface KeysContext {
  readonly keys: ApiKeysRepository;
  /** Caller in the audit log. */
  readonly caller: string;
  /** Standard output. */
  readonly screen: Pick<Screen, 'line' | 'columns'>;
  /** Writes to standard error, which scripts do not parse. */
  readonly remark: (line: string) => void;
}

type RequestOf<C extends KeysRequest['command']> = Extract<KeysRequest, { command: C }>;

/**
 * Runs a command and prints its result.
 * @throws {CommandFault} the command failed; and all errors of the repository
 */
export async function runRequest(request: KeysRequest, context: KeysContext): Promise<void> {
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

async function create({ name, scopes, output }: RequestOf<'create'>, context: KeysContext): Promise<void> {
  const { keys, caller, screen, remark } = context;
  const token = makeToken(product);
  // Write the file first: a key whose token is lost is useless.
  if (output !== undefined) writeNewFile(output, `${token}\n`);
  try {
    const key = await keys.create({ ...credentialOf(token), name, scopes }, caller);
    if (output !== undefined) return screen.line(`${describe(key)} created; its token is in ${output}`);
    remark(`${describe(key)} created. Its token, which is shown only once:`);
    screen.line(token);
  } catch (error) {
    if (output !== undefined) rmSync(output, { force: true });
    throw error;
  }
}

async function ensure(
  { name, scopes, file }: RequestOf<'ensure'>,
  { keys, caller, screen }: KeysContext,
): Promise<void> {
  const credential = readToken(readTokenFile(file));
  if (!credential)
    throw new CommandFault(
      `${file} contains no token in the form ${product.apiKeyPrefix}<id>_<secret>; create one with npm run keys -- create`,
    );
  const { stored, created } = await keys.ensure({ ...credential, name, scopes }, caller);
  const { key, secretHash } = stored;
  if (!credential.secretHash.equals(secretHash))
    throw new CommandFault(`${file} contains an invalid token: ${describe(key)} has another secret`);
  const revoked = key.revokedAt ? `; it stays revoked since ${time(key.revokedAt)}` : '';
  screen.line(`${describe(key)} ${created ? 'created' : `already exists${revoked}`}`);
}

async function list({ json }: RequestOf<'list'>, { keys, screen, remark }: KeysContext): Promise<void> {
  const all = await keys.list();
  if (json) return screen.line(JSON.stringify(all, undefined, 2));
  if (all.length === 0) return remark('No keys; create one with npm run keys -- create');
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

async function revoke({ id }: RequestOf<'revoke'>, { keys, caller, screen }: KeysContext): Promise<void> {
  const found = await keys.revoke(id, caller);
  if (!found) throw new CommandFault(`No key has the id ${id}; list all keys with npm run keys -- list`);
  const { key, revoked } = found;
  if (revoked) screen.line(`${describe(key)} revoked; it stops working within a second`);
  else screen.line(`${describe(key)} was already revoked${key.revokedAt ? ` at ${time(key.revokedAt)}` : ''}`);
}

const describe = ({ id, name, scopes }: ApiKey): string => `Key ${id} of ${name} (${scopes.join(', ')})`;

/** To the second, in UTC. */
const time = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

function credentialOf(token: string): Credential {
  const credential = readToken(token);
  if (!credential) throw new Error('A new token is invalid');
  return credential;
}

function writeNewFile(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFault(
      code === 'EEXIST' ? `${path} already exists; name a new file` : `Cannot write ${path} (${code})`,
      { cause: error },
    );
  }
}

function readTokenFile(path: string): string {
  try {
    return readTextFile(path).trimEnd();
  } catch (error) {
    throw new CommandFault((error as Error).message, { cause: error });
  }
}
