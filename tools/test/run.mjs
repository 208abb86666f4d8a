// `npm test`. Plain JavaScript: it installs the packages first.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { prepare } from '../start/prepare.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
endWhenOutputCloses();
process.chdir(root);
process.exitCode = await prepare(root);
if (process.exitCode === 0) {
  const { main } = await import('./suite.js');
  process.exitCode = await main(process.argv.slice(2));
}
