import { reachedAt } from '../../infra/exposure.js';
import { apiKeyPath } from '../../infra/secrets.js';
import type { Stage } from '../../infra/stage.js';

export const addressesOf = (stage: Stage): (readonly [name: string, address: string])[] => [
  ['API', apiAddress(stage)],
  ['Temporal UI', `http://${reachedAt(stage, 'ui')}`],
  ...(stage.ports.postgres === undefined ? [] : [['PostgreSQL', reachedAt(stage, 'postgres')] as const]),
  ...(stage.ports.temporal === undefined ? [] : [['Temporal', reachedAt(stage, 'temporal')] as const]),
];

const apiAddress = (stage: Stage): string => `http://${reachedAt(stage, 'api')}`;

/** A command that calls the stage's API with its first key. It is safe to show: it contains only the path of the key's file. */
export const firstCall = (stage: Stage): string =>
  `curl -H "Authorization: Bearer $(cat ${quoted(apiKeyPath(stage))})" ${quoted(`${apiAddress(stage)}/v1/workflows`)}`;

const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
