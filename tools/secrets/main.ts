import { join } from 'node:path';
import { product } from '../../config/product.js';
import { stageOf } from '../../infra/stage.js';
import { continueWhenOutputCloses, endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { environmentOrExit, settingsOrExit } from '../../platform/settings/entry.js';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram } from '../cli/command-line.mjs';
import { Screen } from '../cli/screen.js';
import { program } from './cli.js';
import { listSecrets, type Place, setSecret } from './commands.js';
import { readValue } from './read-value.js';

/** `npm run secrets`. */
endWhenOutputCloses();
await runProgram(program, async (request) => {
  if (request.command === 'set') continueWhenOutputCloses();
  const env = environmentOrExit(product);
  const context = {
    settings: product.settings,
    place: placeOf(request.stage),
    screen: new Screen(process.stdout, env),
    remark: (line: string) => process.stderr.write(`${line}\n`),
  };
  if (request.command === 'list') return listSecrets(context);
  await setSecret(request.name, () => readValue(request.name, process.stdin, process.stderr), context);

  function placeOf(stage: string | undefined): Place {
    if (stage === undefined)
      return { envFile: env['ATLAS_ENV_FILE'] || join(projectRoot, '.env'), env, processEnv: process.env };
    // The settings of a stage may still be incomplete: only its name and its folder matter.
    const settings = settingsOrExit(product, { env: { ...env, ATLAS_STAGE: stage }, optional: ['POSTGRES_PASSWORD'] });
    return { stage: stageOf(settings) };
  }
});
