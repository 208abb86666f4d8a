import { App } from 'cdktf';
import { settingsOrExit } from '../config/entry.js';
import { exitCodeConfig } from '../config/names.js';
import { SettingsInvalid } from '../config/settings.js';
import { ensureSecrets } from './ensure-secrets.js';
import { StageStack } from './stacks/stage-stack.js';
import { stageFaults, stageOf } from './stage.js';

/** The program that `cdktf` runs (cdktf.json): writes the Terraform configuration of the stage that the settings name. */
const settings = settingsOrExit({ optional: ['POSTGRES_PASSWORD'] });
const faults = stageFaults(settings);
if (faults.length > 0) {
  process.stderr.write(`${new SettingsInvalid(faults).message}\nEvery setting is explained in docs/settings.md.\n`);
  process.exit(exitCodeConfig);
}
const stage = stageOf(settings);
ensureSecrets(stage);
const app = new App();
new StageStack(app, stage.prefix, { settings });
app.synth();
