export type AppName = 'worker' | 'api';

/** The order in which the services start; they stop in reverse. */
export const startOrder = { postgres: 1, temporal: 2, worker: 3, api: 4 } as const;
