import { product } from '../config/product.js';
import { settingsOrExit } from '../platform/settings/entry.js';
import { ensureSecrets, withSecretFingerprints } from './ensure-secrets.js';
import { productFaults } from './product-faults.js';
import { stageFaults, stageOf } from './stage.js';
import { synthesiseStage } from './stage-configuration.js';

/** The program that `cdktf` runs (cdktf.json): writes the Terraform configuration of the stage in the settings. */
const settings = settingsOrExit(product, {
  optional: ['POSTGRES_PASSWORD'],
  faults: (given) => [...stageFaults(given), ...productFaults(given, stageOf(given))],
});
const stage = stageOf(settings);
ensureSecrets(stage);
synthesiseStage(settings, withSecretFingerprints(stage));
