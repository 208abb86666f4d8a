import { productSettings } from '../platform/settings/known-settings.js';
import { missing, type SettingFault } from '../platform/settings/setting-faults.js';
import type { DeploySettings } from './container-environment.js';
import { readSupplied } from './ensure-secrets.js';
import { SecretMissing } from './secret-errors.js';
import type { Stage } from './stage.js';

type WithSettings = Pick<Stage, 'name' | 'secretsFolder' | 'productSettings'>;

/** What a deploy of the stage still needs from the team: settings without a value, and secrets, which it never generates. */
export function productFaults(settings: DeploySettings, stage: WithSettings): SettingFault[] {
  const values: Readonly<Record<string, unknown>> = { ...settings };
  return Object.entries(productSettings(stage.productSettings)).flatMap(([variable, schema]) => {
    const { secret, required = false } = schema;
    if (secret) return secretFaults(stage, variable, required);
    return required && values[variable] === undefined ? [{ variable, message: missing(variable, schema) }] : [];
  });
}

function secretFaults(stage: WithSettings, variable: string, required: boolean): SettingFault[] {
  try {
    if (readSupplied(stage, variable) !== undefined || !required) return [];
    return [{ variable, message: new SecretMissing(variable, stage).message }];
  } catch (error) {
    return [{ variable, message: (error as Error).message }];
  }
}
