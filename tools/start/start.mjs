// `npm start`. Plain JavaScript: reads the command line and installs the packages before anything needs them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { exitCodeUsage, readArgs, usage } from './args.mjs';
import { prepare } from './prepare.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

async function start() {
  endWhenOutputCloses();
  const request = readArgs(process.argv.slice(2));
  if (request.kind === 'help') return void process.stdout.write(usage);
  if (request.kind === 'wrong') {
    process.stderr.write(`${request.message}\nSee npm start -- --help\n`);
    process.exitCode = exitCodeUsage;
    return;
  }
  // As npm does, so that relative paths in settings mean the same however this was started.
  process.chdir(root);
  process.exitCode = await prepare(root);
  if (process.exitCode !== 0) return;
  const { main } = await import('./main.js');
  await main(request.options);
}

await start();
