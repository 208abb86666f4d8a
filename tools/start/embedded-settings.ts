import { acceptsKeys } from '../../platform/settings/authentication.js';
import type { Environment, ReadSettingsResult, SettingFault } from '../../platform/settings/settings.js';
import type { PortRequest } from './ports.js';
import { superuser } from './postgres/cluster.js';

export type EmbeddedSettings = ReadSettingsResult<'POSTGRES_PASSWORD'>['settings'];

/** On the user's own machine, the API needs no keys unless the user asks for them. */
export const withoutKeys = (env: Environment): Environment =>
  env['API_AUTHENTICATION'] ? env : { ...env, API_AUTHENTICATION: 'none' };

const loopback = ['127.0.0.1', 'localhost'];
const own = 'npm start runs its own: unset it';

/** Valid settings that point to servers other than those that `npm start` runs. */
export function embeddedFaults(settings: EmbeddedSettings): SettingFault[] {
  const faults: SettingFault[] = [];
  const fault = (variable: string, message: string) => faults.push({ variable, message });
  if (!acceptsKeys(settings.API_AUTHENTICATION) && settings.API_AUTHENTICATION !== 'none')
    fault('API_AUTHENTICATION', 'must be keys-or-oidc, keys or none: npm start checks the platform with an API key');
  if (!loopback.includes(settings.POSTGRES_HOST))
    fault('POSTGRES_HOST', `names another PostgreSQL (${settings.POSTGRES_HOST}), but ${own}`);
  if (settings.POSTGRES_TLS_MODE !== 'disable') fault('POSTGRES_TLS_MODE', `is for another PostgreSQL, but ${own}`);
  if (settings.POSTGRES_USER === superuser)
    fault(
      'POSTGRES_USER',
      `cannot be ${superuser}, the administrator of the PostgreSQL server that npm start runs: choose another name`,
    );
  if (!loopback.includes(settings.TEMPORAL_ADDRESS.split(':')[0] ?? ''))
    fault('TEMPORAL_ADDRESS', `names another Temporal (${settings.TEMPORAL_ADDRESS}), but ${own}`);
  for (const [variable, value] of Object.entries(settings)) {
    const isTls = variable === 'TEMPORAL_API_KEY' || variable.startsWith('TEMPORAL_TLS');
    if (isTls && value) fault(variable, `is for another Temporal, but ${own}`);
  }
  return faults;
}

export type PortName = 'postgres' | 'temporal' | 'temporalUi' | 'worker' | 'api';

/** The ports to listen on, and whether the user set them. */
export function portRequests(settings: EmbeddedSettings, env: Environment): Record<PortName, PortRequest> {
  const request = (title: string, variable: string, port: number, host = '127.0.0.1'): PortRequest => ({
    title,
    variable,
    host,
    port,
    set: Boolean(env[variable]),
  });
  const worker = settings.WORKER_HEALTH_PORT;
  return {
    postgres: request('PostgreSQL', 'POSTGRES_PORT', settings.POSTGRES_PORT),
    temporal: request('Temporal', 'TEMPORAL_ADDRESS', Number(settings.TEMPORAL_ADDRESS.split(':').at(-1))),
    temporalUi: request("Temporal's UI", 'TEMPORAL_UI_PORT', settings.TEMPORAL_UI_PORT),
    api: request('the API', 'API_PORT', settings.API_PORT, settings.API_HOST),
    worker: request("the worker's health", 'WORKER_HEALTH_PORT', worker, settings.WORKER_HEALTH_HOST),
  };
}
