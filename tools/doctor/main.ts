import { product } from '../../config/product.js';
import { acceptedRisks } from '../../infra/exposure.js';
import { productFaults } from '../../infra/product-faults.js';
import { stageFaults, stageOf } from '../../infra/stage.js';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { loadEnvironment } from '../../platform/settings/environment.js';
import { SettingsInvalid } from '../../platform/settings/settings.js';
import { type Check, runChecks } from '../cli/check.js';
import { oneOf, runProgram } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { Screen } from '../cli/screen.js';
import { deployChecks } from '../deploy/deploy-checks.js';
import { Engine } from '../deploy/engine.js';
import { StageData } from '../deploy/stage-data.js';
import { embeddedChecks } from '../start/embedded-checks.js';
import type { EmbeddedSettings } from '../start/embedded-settings.js';

const targets = { start: startChecks, deploy: stageChecks } as const;
const targetNames = Object.keys(targets) as (keyof typeof targets)[];
const program = {
  call: 'npm run doctor --',
  summary: 'Checks whether this machine has what npm start and npm run deploy need. Changes nothing.',
  argument: { name: 'target', parse: oneOf(targetNames) },
  notes: `TARGET is start (npm start) or deploy (the stage that the settings name); without it, both are checked.
Exit codes: 0 all checks passed, 1 a check failed, 64 wrong command line, 78 invalid settings`,
} as const satisfies Program;

function startChecks(settings: EmbeddedSettings): readonly Check[] {
  return embeddedChecks({ settings, env: loadEnvironment() });
}

function stageChecks(settings: EmbeddedSettings): readonly Check[] {
  const stage = stageOf(settings);
  const engine = new Engine();
  const fit = async () => {
    const faults = [...stageFaults(settings), ...productFaults(settings, stage)];
    if (faults.length > 0) throw new SettingsInvalid(faults);
    return [`the stage ${stage.name} (${stage.kind})`, ...acceptedRisks(stage)].join('. ');
  };
  return [{ title: 'Settings', run: fit }, ...deployChecks({ stage, engine, data: new StageData(engine, stage) })];
}

endWhenOutputCloses();
await runProgram(program, async ({ target }) => {
  const settings = settingsOrExit(product, { optional: ['POSTGRES_PASSWORD'] });
  const screen = new Screen(process.stdout, loadEnvironment());
  const reported = new Set<string>();
  for (const name of target ? [target] : targetNames) {
    screen.line(`npm ${name === 'start' ? 'start' : 'run deploy'}`);
    for (const result of await runChecks(targets[name](settings))) {
      if ('found' in result) {
        screen.line(`  ${screen.paint('green', '✔')} ${result.title}: ${result.found}`);
        continue;
      }
      const { message } = result.error;
      const text = reported.has(message) ? 'not checked, for the same reason' : message;
      reported.add(message);
      screen.line(`  ${screen.paint('red', '✖')} ${result.title}: ${text.replaceAll('\n', '\n      ')}`);
    }
  }
  return reported.size === 0 ? 0 : 1;
});
