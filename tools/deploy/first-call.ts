import { apiKeyPath } from '../../infra/secrets.js';
import type { Stage } from '../../infra/stage.js';
import { apiAddress } from './addresses.js';

/** A command that calls the stage's API with its first key: it holds the path of the key's file, and so may be shown. */
export const firstCall = (stage: Stage): string =>
  `curl -H "Authorization: Bearer $(cat ${quoted(apiKeyPath(stage))})" ${quoted(`${apiAddress(stage)}/v1/workflows`)}`;

/** As one word of a shell's command line. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
