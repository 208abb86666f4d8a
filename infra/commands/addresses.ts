import type { Stage } from '../stage.js';

/** Where a stage is reached from this machine, by what is there. */
export function addressesOf(stage: Stage): (readonly [name: string, address: string])[] {
  const { ports } = stage;
  const host = hostOf(stage);
  return [
    ['API', apiAddress(stage)],
    ['Temporal UI', `http://${host}:${ports.ui}`],
    ...(ports.postgres === undefined ? [] : [['PostgreSQL', `${host}:${ports.postgres}`] as const]),
    ...(ports.temporal === undefined ? [] : [['Temporal', `${host}:${ports.temporal}`] as const]),
  ];
}

/** Where the stage's API is reached from this machine. */
export const apiAddress = (stage: Stage): string => `http://${hostOf(stage)}:${stage.ports.api}`;

/** An address that listens everywhere is not one to go to. */
const hostOf = ({ bindAddress }: Stage): string =>
  bindAddress === '0.0.0.0' || bindAddress === '::' ? '127.0.0.1' : bindAddress;
