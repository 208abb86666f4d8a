import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareSync, hashSync } from 'bcryptjs';
import { makeToken, readToken } from '../platform/auth/api-key.js';
import { readTextFile, TextFileUnreadable } from '../platform/settings/text-file.js';
import { CommandFault } from '../tools/cli/faults.js';
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

/** The files of one secret do not hold the same text; nothing was changed. */
class SecretsDisagree extends CommandFault {
  override readonly code = 'secrets-disagree';
  constructor(secret: SecretName, paths: readonly string[]) {
    super(
      `These files should hold the same ${secret}, but do not: ${paths.join(', ')}. Remove those that are wrong; they are made again from the others.`,
    );
    this.name = 'SecretsDisagree';
  }
}

/** A file of a secret holds nothing; nothing was changed. */
class SecretEmpty extends CommandFault {
  override readonly code = 'secret-empty';
  constructor(path: string) {
    super(
      `${path} is empty, but should hold a secret. Remove it: it is made again from its copies, or anew where there are none.`,
    );
    this.name = 'SecretEmpty';
  }
}

/** An editor has saved a file of a secret in another encoding; nothing was changed. */
class SecretEdited extends CommandFault {
  override readonly code = 'secret-edited';
  constructor(path: string, why: string) {
    super(`${path} cannot be a secret: ${why}. Save it as UTF-8 without a byte order mark.`);
    this.name = 'SecretEdited';
  }
}

/** A file of a secret is there, but not for this user. */
class SecretUnreadable extends CommandFault {
  override readonly code = 'secret-unreadable';
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(
      `${path} cannot be read (${cause.code}). If the stage was deployed by another user, as with sudo: go on as that user, or give the folder to this one`,
      { cause },
    );
    this.name = 'SecretUnreadable';
  }
}

/**
 * The stage's secret, as its files hold it; `undefined` when none is there yet. Changes nothing.
 * @throws {SecretsDisagree | SecretEmpty | SecretEdited | SecretUnreadable}
 */
export function readSecret(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName): string | undefined {
  return copiesOf(stage, secret).text;
}

/**
 * Makes the stage's secrets that are missing: generated once, copied for each part that holds them, readable by that part's user only.
 * Where this does not run as root a file cannot be given to another user: it is then readable for all inside a folder that nobody
 * else can enter, and a container sees just the file. What is there is never changed. Where a password is new, not a copy, a new
 * generation begins. Of the password for Temporal's UI, which the settings give, only the hash is kept; another password replaces it.
 * @throws {SecretsDisagree | SecretEmpty | SecretEdited | SecretUnreadable}
 */
export function ensureSecrets(stage: Pick<Stage, 'folder' | 'secretsFolder' | 'uiLogin'>): void {
  for (const folder of [stage.folder, stage.secretsFolder]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  // All are read before any is written: a disagreement leaves everything as it was.
  const found = secretNames.map((secret) => ({ secret, ...copiesOf(stage, secret) }));
  // A new key is nothing to those who hold passwords; the job that makes it runs again because of its id.
  if (found.some(({ secret, text }) => text === undefined && secret !== 'api-key')) beginGeneration(stage);
  for (const { secret, text = makeSecret(secret), missing } of found) for (const place of missing) write(place, text);
  if (stage.uiLogin === undefined || fittingLoginHash(stage) !== undefined) return;
  const hash = hashSync(stage.uiLogin.password, bcryptCost);
  for (const place of loginHashPlaces(stage)) write(place, hash);
}

const makeSecret = (secret: SecretName): string =>
  secret === 'api-key' ? makeToken() : randomBytes(32).toString('base64url');

/** Whether all secrets are there, so that `ensureSecrets` would change nothing that the definition tells of. */
export const hasSecrets = (stage: Pick<Stage, 'secretsFolder' | 'uiLogin'>): boolean =>
  secretNames.every((secret) => ifRight(() => readSecret(stage, secret)) !== undefined) &&
  (stage.uiLogin === undefined || fittingLoginHash(stage) !== undefined);

/** `undefined` also where files are there, but wrong: whoever needs them says how. */
function ifRight<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Rounds of bcrypt, as a power of two: each guess costs some 60 ms of CPU time, and so does the first request of somebody who knows. */
const bcryptCost = 10;

const loginHashPlaces = (stage: Pick<Stage, 'secretsFolder'>): Place[] => placesOf(stage, uiPasswordHash);

/** The hash that the file for the login in front of Temporal's UI holds, if it is one of the password that is set now. */
const fittingLoginHash = (stage: Pick<Stage, 'secretsFolder' | 'uiLogin'>): string | undefined =>
  ifRight(() => {
    const hash = loginHashPlaces(stage).map(({ path }) => read(path))[0];
    const { password } = stage.uiLogin ?? {};
    return hash !== undefined && password !== undefined && compareSync(password, hash) ? hash : undefined;
  });

/**
 * Says that the passwords are other ones than before: containers that hold any are replaced by the next deploy. Mounted files alone would
 * not tell, and a container would meet the new password at its next restart only.
 */
export const beginGeneration = (stage: Pick<Stage, 'secretsFolder'>): void =>
  writeFileSync(generationFile(stage), randomBytes(6).toString('hex'), { mode: 0o600 });

/** The stage with what may be told of its secrets: their generation, the id of the API's first key, and a mark of the login's password. */
export function withSecretFingerprints(stage: Stage): Stage {
  const apiKeyId = readToken(ifRight(() => readSecret(stage, 'api-key'))?.trimEnd() ?? '')?.id;
  const loginHash = fittingLoginHash(stage);
  return {
    ...stage,
    ...(existsSync(generationFile(stage)) && { secretsGeneration: readFileSync(generationFile(stage), 'utf8') }),
    ...(apiKeyId !== undefined && { apiKeyId }),
    ...(loginHash !== undefined && { uiLoginFingerprint: digest(loginHash) }),
  };
}

/** A fast hash of a slow one, which has a salt: tells nothing about the password. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

const generationFile = ({ secretsFolder }: Pick<Stage, 'secretsFolder'>): string => join(secretsFolder, 'generation');

function copiesOf(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName) {
  const places = placesOf(stage, secret);
  const copies = places.map((place) => ({ place, text: read(place.path) }));
  const present = copies.filter((copy): copy is { place: Place; text: string } => copy.text !== undefined);
  const empty = present.find(({ text }) => text === '');
  if (empty) throw new SecretEmpty(empty.place.path);
  const [text, ...others] = new Set(present.map((copy) => copy.text));
  if (others.length > 0)
    throw new SecretsDisagree(
      secret,
      present.map(({ place }) => place.path),
    );
  return { text, missing: copies.filter((copy) => copy.text === undefined).map(({ place }) => place) };
}

/** @returns `undefined` when there is no such file */
function read(path: string): string | undefined {
  try {
    const text = readTextFile(path);
    // The containers take it as it is.
    if (text !== readFileSync(path, 'utf8')) throw new SecretEdited(path, 'begins with a byte order mark');
    return text;
  } catch (error) {
    if (!(error instanceof TextFileUnreadable)) throw error;
    const { code, cause } = error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === undefined) throw new SecretEdited(path, error.message);
    throw new SecretUnreadable(path, cause as NodeJS.ErrnoException);
  }
}

interface Place {
  readonly path: string;
  /** User of the container that reads it. @default - whoever deploys reads it */
  readonly uid?: number;
}

const placesOf = (stage: Pick<Stage, 'secretsFolder'>, secret: SecretMount['secret']): Place[] => [
  ...(secret === 'api-key' ? [{ path: apiKeyPath(stage) }] : []),
  ...Object.entries(holders).flatMap(([holder, { uid, mounts }]) =>
    (mounts as readonly SecretMount[])
      .filter((mount) => mount.secret === secret)
      .map((mount) => ({ path: secretPath(stage, holder as SecretHolder, mount), uid })),
  ),
];

/** Whole or not at all: a file that is half written would be taken for the secret ever after. */
function write({ path, uid }: Place, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  writeFileSync(partial, text, { mode: 0o600 });
  if (uid !== undefined) giveTo(uid, partial);
  renameSync(partial, path);
}

function giveTo(uid: number, path: string): void {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(path, uid, uid);
  // Not even where the numbers are the same: in a rootless engine this user is the containers' root, and theirs is another.
  chmodSync(path, isRoot ? 0o400 : 0o444);
}
