// `npm start`. Plain JavaScript: reads the command line and installs the packages before anything needs them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { runProgram } from '../cli/command-line.mjs';
import { program } from './args.mjs';
import { prepare } from './prepare.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

endWhenOutputCloses();
await runProgram(program, async (options) => {
  // As npm does, so that relative paths in settings have one meaning.
  process.chdir(root);
  const failed = await prepare(root);
  if (failed !== 0) return failed;
  const { main } = await import('./main.js');
  return main(options);
});
