import type { Stage } from '../stage.js';

/** Where a stage is reached from this machine, by what is there. */
export function addressesOf({ bindAddress, ports }: Stage): (readonly [name: string, address: string])[] {
  // An address that listens everywhere is not one to go to.
  const host = bindAddress === '0.0.0.0' || bindAddress === '::' ? '127.0.0.1' : bindAddress;
  return [
    ['API', `http://${host}:${ports.api}`],
    ['Temporal UI', `http://${host}:${ports.ui}`],
    ...(ports.postgres === undefined ? [] : [['PostgreSQL', `${host}:${ports.postgres}`] as const]),
    ...(ports.temporal === undefined ? [] : [['Temporal', `${host}:${ports.temporal}`] as const]),
  ];
}
