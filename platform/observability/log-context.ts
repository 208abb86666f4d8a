import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields of each log line that is written meanwhile, such as the workflow of an activity. */
export const logContext = new AsyncLocalStorage<Readonly<Record<string, unknown>>>();
