import { acceptedRisks } from '../../infra/exposure.js';
import { stageFaults, stageOf } from '../../infra/stage.js';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { loadEnvironment } from '../../platform/settings/environment.js';
import { exitCodeUsage } from '../../platform/settings/names.js';
import { SettingsInvalid } from '../../platform/settings/settings.js';
import { type Check, runChecks } from '../cli/check.js';
import { Screen } from '../cli/screen.js';
import { deployChecks } from '../deploy/deploy-checks.js';
import { Engine } from '../deploy/engine.js';
import { StageData } from '../deploy/stage-data.js';
import { embeddedChecks } from '../start/embedded-checks.js';

const usage = `Says what this machine lacks, and what to do about it; changes nothing.

  npm run doctor                for npm start and for a deploy
  npm run doctor -- start       for npm start alone
  npm run doctor -- deploy      for the stage that the settings name

Exit codes: 0 nothing is lacking, 1 something is, 64 a wrong command line, 78 a setting is not valid.
`;

endWhenOutputCloses();
const ways = { start: startChecks, deploy: stageChecks } as const;
const settings = settingsOrExit({ optional: ['POSTGRES_PASSWORD'] });

function startChecks(): readonly Check[] {
  return embeddedChecks({ settings, env: loadEnvironment() });
}

function stageChecks(): readonly Check[] {
  const stage = stageOf(settings);
  const engine = new Engine();
  const fit = async () => {
    const faults = stageFaults(settings);
    if (faults.length > 0) throw new SettingsInvalid(faults);
    return [`the stage ${stage.name} (${stage.kind})`, ...acceptedRisks(stage)].join('. ');
  };
  return [{ title: 'Settings', run: fit }, ...deployChecks({ stage, engine, data: new StageData(engine, stage) })];
}

async function main(args: readonly string[]): Promise<number> {
  const [way, ...rest] = args;
  const chosen = way === undefined ? Object.keys(ways) : [way];
  if (way === '--help' || way === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  if (rest.length > 0 || chosen.some((name) => !(name in ways))) {
    process.stderr.write(usage);
    return exitCodeUsage;
  }
  const screen = new Screen(process.stdout, loadEnvironment());
  const told = new Set<string>();
  for (const name of chosen as (keyof typeof ways)[]) {
    screen.line(`npm ${name === 'start' ? 'start' : 'run deploy'}`);
    for (const result of await runChecks(ways[name]())) {
      if ('found' in result) {
        screen.line(`  ${screen.paint('green', '✔')} ${result.title}: ${result.found}`);
        continue;
      }
      const { message } = result.error;
      const text = told.has(message) ? 'cannot be looked at, for the same reason' : message;
      told.add(message);
      screen.line(`  ${screen.paint('red', '✖')} ${result.title}: ${text.replaceAll('\n', '\n      ')}`);
    }
  }
  return told.size === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
