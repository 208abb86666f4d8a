import { runKeys } from './run-keys.js';

/** `node dist/tools/keys/main.js`: the keys of the database that the settings name. */
await runKeys();
