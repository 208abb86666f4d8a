import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareSync, hashSync } from 'bcryptjs';
import { product } from '../config/product.js';
import { makeToken, readToken } from '../platform/auth/api-key.js';
import { readTextFile, TextFileUnreadable } from '../platform/settings/text-file.js';
import { suppliedPath, suppliedSecrets } from './product-settings.js';
import { SecretEdited, SecretEmpty, SecretMissing, SecretsDisagree, SecretUnreadable } from './secret-errors.js';
import {
  apiKeyPath,
  holders,
  type SecretHolder,
  type SecretMount,
  type SecretName,
  secretNames,
  secretPath,
  uiPasswordHash,
} from './secrets.js';
import type { Stage } from './stage.js';

/**
 * Reads a secret of the stage from its files; `undefined` if none exists yet.
 * @throws {SecretsDisagree | SecretEmpty | SecretEdited | SecretUnreadable}
 */
export function readSecret(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName): string | undefined {
  return copiesOf(stage, secret).text;
}

/**
 * Generates the missing secrets of the stage, and copies each to the parts that need it, readable only by the part's user. Never changes
 * an existing secret. A new password starts a new generation. Of the password for Temporal's UI, which comes from the settings, it
 * stores only the hash, and replaces the hash when the password changes. Copies the secrets that the team supplied, and generates none
 * of them.
 *
 * Only root can change the owner of a file. Run by another user, it makes the files readable by all, in a folder that only this user can
 * enter; a container sees only its own files.
 * @throws {SecretsDisagree | SecretEmpty | SecretEdited | SecretUnreadable}
 */
export function ensureSecrets(
  stage: Pick<Stage, 'name' | 'folder' | 'secretsFolder' | 'uiLogin' | 'productSettings'>,
): void {
  makeFolders(stage);
  // Read all before writing any, so that an error leaves everything unchanged.
  const found = secretNames.map((secret) => ({ secret, ...copiesOf(stage, secret) }));
  const outdated = outdatedCopies(stage);
  // A new key does not affect containers that use passwords. Its id reruns the job that registers it.
  if (found.some(({ secret, text }) => text === undefined && secret !== 'api-key')) beginGeneration(stage);
  for (const { secret, text = generateSecret(secret), missing } of found) for (const file of missing) write(file, text);
  for (const { file, text } of outdated) write(file, text);
  if (stage.uiLogin === undefined || currentLoginHash(stage) !== undefined) return;
  const hash = hashSync(stage.uiLogin.password, bcryptCost);
  for (const file of filesOf(stage, uiPasswordHash)) write(file, hash);
}

/** Only this user can enter them. */
function makeFolders(stage: Pick<Stage, 'folder' | 'secretsFolder'>): void {
  for (const folder of [stage.folder, stage.secretsFolder]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
}

/** Reads a secret that the team supplied; `undefined` if it did not, or left it empty. @throws {SecretEdited | SecretUnreadable} */
export const readSupplied = (stage: Pick<Stage, 'secretsFolder'>, name: string): string | undefined =>
  read(suppliedPath(stage, name)) || undefined;

/** Stores a secret that the team supplies for the stage. The next deploy passes it to the containers that use it. */
export function writeSupplied(stage: Pick<Stage, 'folder' | 'secretsFolder'>, name: string, text: string): void {
  makeFolders(stage);
  write({ path: suppliedPath(stage, name) }, text);
}

/** The copies of supplied secrets that are missing or differ, with the text that they must have. @throws {SecretMissing} */
function outdatedCopies(stage: Pick<Stage, 'name' | 'secretsFolder' | 'productSettings'>) {
  return suppliedSecrets(stage).flatMap(({ name, usedBy, required }) => {
    const text = readSupplied(stage, name);
    if (text === undefined && required) throw new SecretMissing(name, stage);
    if (text === undefined) return [];
    return usedBy
      .map((holder) => ({ path: secretPath(stage, holder, { file: name }), uid: holders[holder].uid }))
      .filter(({ path }) => read(path) !== text)
      .map((file) => ({ file, text }));
  });
}

const generateSecret = (secret: SecretName): string =>
  secret === 'api-key' ? makeToken(product) : randomBytes(32).toString('base64url');

/** Whether all secrets exist, so that `ensureSecrets` would not change the definition of any container. */
export const hasSecrets = (stage: Pick<Stage, 'secretsFolder' | 'uiLogin'>): boolean =>
  secretNames.every((secret) => unlessInvalid(() => readSecret(stage, secret)) !== undefined) &&
  (stage.uiLogin === undefined || currentLoginHash(stage) !== undefined);

/** Returns `undefined` for invalid files too: the code that needs the secret reports them. */
function unlessInvalid<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** bcrypt rounds, as a power of two: a check takes about 60 ms of CPU time, for an attacker's guess as for a valid login. */
const bcryptCost = 10;

/** The stored hash of the UI login, if it matches the password in the settings. */
const currentLoginHash = (stage: Pick<Stage, 'secretsFolder' | 'uiLogin'>): string | undefined =>
  unlessInvalid(() => {
    const hash = filesOf(stage, uiPasswordHash).map(({ path }) => read(path))[0];
    const { password } = stage.uiLogin ?? {};
    return hash !== undefined && password !== undefined && compareSync(password, hash) ? hash : undefined;
  });

/**
 * Starts a new generation of passwords: the next deploy replaces the containers that use one. Their mounts do not change with the
 * files, so they would otherwise read the new password at their next restart only.
 */
export const beginGeneration = (stage: Pick<Stage, 'secretsFolder'>): void =>
  writeFileSync(generationFile(stage), randomBytes(6).toString('hex'), { mode: 0o600 });

/**
 * Adds what the definitions may contain of the secrets: generation, id of the API's first key, and fingerprints of the login's hash and of
 * supplied secrets.
 */
export function withSecretFingerprints(stage: Stage): Stage {
  const apiKeyId = readToken(unlessInvalid(() => readSecret(stage, 'api-key'))?.trimEnd() ?? '')?.id;
  const loginHash = currentLoginHash(stage);
  // With a key, so that a short secret cannot be guessed from a label.
  const key = unlessInvalid(() => readSecret(stage, 'app-password')) ?? randomBytes(32);
  const supplied = suppliedSecrets(stage).flatMap(({ name }) => {
    const text = unlessInvalid(() => readSupplied(stage, name));
    return text === undefined ? [] : [[name, createHmac('sha256', key).update(text).digest('hex').slice(0, 12)]];
  });
  return {
    ...stage,
    suppliedFingerprints: Object.fromEntries(supplied),
    ...(existsSync(generationFile(stage)) && { secretsGeneration: readFileSync(generationFile(stage), 'utf8') }),
    ...(apiKeyId !== undefined && { apiKeyId }),
    // Safe to publish: it hashes a salted bcrypt hash.
    ...(loginHash !== undefined && {
      uiLoginFingerprint: createHash('sha256').update(loginHash).digest('hex').slice(0, 12),
    }),
  };
}

const generationFile = ({ secretsFolder }: Pick<Stage, 'secretsFolder'>): string => join(secretsFolder, 'generation');

function copiesOf(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName) {
  const copies = filesOf(stage, secret).map((file) => ({ file, text: read(file.path) }));
  const present = copies.filter(({ text }) => text !== undefined);
  const empty = present.find(({ text }) => text === '');
  if (empty) throw new SecretEmpty(empty.file.path);
  const [text, ...others] = new Set(present.map((copy) => copy.text));
  const paths = present.map(({ file }) => file.path);
  if (others.length > 0) throw new SecretsDisagree(secret, paths);
  return { text, missing: copies.filter((copy) => copy.text === undefined).map(({ file }) => file) };
}

/** @returns `undefined` if the file does not exist */
function read(path: string): string | undefined {
  try {
    const text = readTextFile(path);
    // The containers would read the byte order mark as part of the secret.
    if (text !== readFileSync(path, 'utf8'))
      throw new SecretEdited(`the file ${path} starts with a byte order mark; save it as UTF-8 without one`);
    return text;
  } catch (error) {
    if (!(error instanceof TextFileUnreadable)) throw error;
    const { code, cause } = error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === undefined) throw new SecretEdited(error.message);
    throw new SecretUnreadable(path, cause as NodeJS.ErrnoException);
  }
}

interface SecretFile {
  readonly path: string;
  /** User of the container that reads the file. @default - the user who deploys reads it */
  readonly uid?: number;
}

const filesOf = (stage: Pick<Stage, 'secretsFolder'>, secret: SecretMount['secret']): SecretFile[] => [
  ...(secret === 'api-key' ? [{ path: apiKeyPath(stage) }] : []),
  ...Object.entries(holders).flatMap(([holder, { uid, mounts }]) =>
    (mounts as readonly SecretMount[])
      .filter((mount) => mount.secret === secret)
      .map((mount) => ({ path: secretPath(stage, holder as SecretHolder, mount), uid })),
  ),
];

/** Writes atomically: a partial file would be taken for the secret from then on. */
function write({ path, uid }: SecretFile, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  writeFileSync(partial, text, { mode: 0o600 });
  const isRoot = process.getuid?.() === 0;
  if (uid !== undefined && isRoot) chownSync(partial, uid, uid);
  // Equal ids do not help without root: a rootless engine maps this user to root in the containers.
  if (uid !== undefined) chmodSync(partial, isRoot ? 0o400 : 0o444);
  renameSync(partial, path);
}
