import { runKeys } from './run-keys.js';

/** `node dist/tools/keys/main.js`: manages the keys in the database of the settings. */
await runKeys();
