import { apiKeyPath } from '../../infra/secrets.js';
import type { Stage } from '../../infra/stage.js';
import { apiAddress } from './addresses.js';

/** A command that calls the stage's API with its first key. It is safe to show: it contains only the path of the key's file. */
export const firstCall = (stage: Stage): string =>
  `curl -H "Authorization: Bearer $(cat ${quoted(apiKeyPath(stage))})" ${quoted(`${apiAddress(stage)}/v1/workflows`)}`;

/** Quotes a word for the shell. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
