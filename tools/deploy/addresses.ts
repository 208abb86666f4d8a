import { reachedAt } from '../../infra/exposure.js';
import type { Stage } from '../../infra/stage.js';

/** Addresses of the stage's services on this machine. */
export const addressesOf = (stage: Stage): (readonly [name: string, address: string])[] => [
  ['API', apiAddress(stage)],
  ['Temporal UI', `http://${reachedAt(stage, 'ui')}`],
  ...(stage.ports.postgres === undefined ? [] : [['PostgreSQL', reachedAt(stage, 'postgres')] as const]),
  ...(stage.ports.temporal === undefined ? [] : [['Temporal', reachedAt(stage, 'temporal')] as const]),
];

/** Address of the stage's API on this machine. */
export const apiAddress = (stage: Stage): string => `http://${reachedAt(stage, 'api')}`;
