import { join } from 'node:path';
import { productSettings } from '../platform/settings/known-settings.js';
import type { ProcessName } from '../platform/settings/names.js';
import { type DeploySettings, secretsFolder } from './container-environment.js';
import type { Stage } from './stage.js';

/** Path on this machine of a secret that the team supplied for the stage (`npm run secrets`). */
export const suppliedPath = ({ secretsFolder: folder }: Pick<Stage, 'secretsFolder'>, name: string): string =>
  join(folder, 'supplied', name);

/** The names of the product's secrets, and whether a stage needs them. */
export const suppliedSecrets = (stage: Pick<Stage, 'productSettings'>) =>
  Object.entries(productSettings(stage.productSettings)).flatMap(([name, { secret, usedBy = [], required = false }]) =>
    secret ? [{ name, usedBy, required }] : [],
  );

/** The secrets to mount in the containers of a process: those that it requires, and the optional ones that the team supplied. */
export const mountedSecrets = (
  stage: Pick<Stage, 'productSettings' | 'suppliedFingerprints'>,
  role: string,
): string[] =>
  suppliedSecrets(stage)
    .filter(({ usedBy }) => usedBy.some((process) => process === role))
    .filter(({ name, required }) => required || stage.suppliedFingerprints?.[name] !== undefined)
    .map(({ name }) => name);

/** The environment variables of the product's settings in a container: values as set by the user who deploys, and paths of secrets. */
export function productEnvironment(
  role: ProcessName,
  settings: DeploySettings,
  stage: Pick<Stage, 'productSettings' | 'suppliedFingerprints'>,
): Readonly<Record<string, string>> {
  const values: Readonly<Record<string, unknown>> = { ...settings };
  const plain = Object.entries(stage.productSettings)
    .filter(([name, { usedBy, secret }]) => !secret && usedBy.includes(role) && values[name] !== undefined)
    .map(([name]) => [name, String(values[name])]);
  const secrets = mountedSecrets(stage, role).map((name) => [`${name}_FILE`, `${secretsFolder}/${name}`]);
  return Object.fromEntries([...plain, ...secrets]);
}
