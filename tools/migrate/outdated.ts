import type { OutdatedStep } from '../../platform/database/migration-source.js';

/** A line for each migration that is applied otherwise than the files say, with the command that mends it. */
export const describeOutdated = (steps: readonly OutdatedStep[]): string[] =>
  steps.map(({ name, state, source }) => {
    const redo = 'run npm run migrate -- redo, which loses the data of its tables';
    if (state === 'changed') return `Migration ${name} changed after it was applied: ${redo}`;
    const text = `Migration ${name} is applied, but has no file here: check out the branch or version that has it, rename it back`;
    return source === undefined ? text.replace(', rename', ' or rename') : `${text}, or ${redo}`;
  });
