import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { holders, type SecretHolder, type SecretMount, type SecretName, secretNames, secretPath } from './secrets.js';
import type { Stage } from './stage.js';

/** The files of one secret do not hold the same text; nothing was changed. */
class SecretsDisagree extends Error {
  readonly code = 'secrets-disagree';
  constructor(secret: SecretName, paths: readonly string[]) {
    super(
      `These files should hold the same ${secret}, but do not: ${paths.join(', ')}. Remove those that are wrong; they are made again from the others.`,
    );
    this.name = 'SecretsDisagree';
  }
}

/** A file of a secret holds nothing; nothing was changed. */
class SecretEmpty extends Error {
  readonly code = 'secret-empty';
  constructor(path: string) {
    super(
      `${path} is empty, but should hold a secret. Remove it: it is made again from its copies, or anew where there are none.`,
    );
    this.name = 'SecretEmpty';
  }
}

/**
 * The stage's secret, as its files hold it; `undefined` when none is there yet. Changes nothing.
 * @throws {SecretsDisagree | SecretEmpty}
 */
export function readSecret(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName): string | undefined {
  return copiesOf(stage, secret).text;
}

/**
 * Makes the stage's secrets that are missing: generated once, copied for each part that holds them, readable by that part's user only.
 * Where this does not run as root a file cannot be given to another user: it is then readable for all inside a folder that nobody
 * else can enter, and a container sees just the file. What is there is never changed.
 * @throws {SecretsDisagree | SecretEmpty}
 */
export function ensureSecrets(stage: Pick<Stage, 'folder' | 'secretsFolder'>): void {
  for (const folder of [stage.folder, stage.secretsFolder]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  // All are read before any is written: a disagreement leaves everything as it was.
  const missing = secretNames.flatMap((secret) => missingCopies(stage, secret));
  for (const { place, text } of missing) write(place, text);
}

function missingCopies(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName): { place: Place; text: string }[] {
  const { text = randomBytes(32).toString('base64url'), missing } = copiesOf(stage, secret);
  return missing.map((place) => ({ place, text }));
}

function copiesOf(stage: Pick<Stage, 'secretsFolder'>, secret: SecretName) {
  const places = placesOf(stage, secret);
  const present = places.filter(({ path }) => existsSync(path));
  const paths = present.map(({ path }) => path);
  const texts = paths.map((path) => readFileSync(path, 'utf8'));
  const empty = paths.find((_, index) => texts[index] === '');
  if (empty !== undefined) throw new SecretEmpty(empty);
  if (new Set(texts).size > 1) throw new SecretsDisagree(secret, paths);
  return { text: texts[0], missing: places.filter((place) => !present.includes(place)) };
}

interface Place {
  readonly path: string;
  readonly uid: number;
}

const placesOf = (stage: Pick<Stage, 'secretsFolder'>, secret: SecretName): Place[] =>
  Object.entries(holders).flatMap(([holder, { uid, mounts }]) =>
    (mounts as readonly SecretMount[])
      .filter((mount) => mount.secret === secret)
      .map((mount) => ({ path: secretPath(stage, holder as SecretHolder, mount), uid })),
  );

/** Whole or not at all: a file that is half written would be taken for the secret ever after. */
function write({ path, uid }: Place, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  writeFileSync(partial, text, { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(partial, uid, uid);
  chmodSync(partial, process.getuid?.() === 0 || process.getuid?.() === uid ? 0o400 : 0o444);
  renameSync(partial, path);
}
