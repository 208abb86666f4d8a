/** The order in which the parts need each other; they end in the opposite one. */
export const ranks = { postgres: 1, temporal: 2, worker: 3, api: 4 } as const;
