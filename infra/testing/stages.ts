import type { Environment } from '../../platform/settings/settings.js';
import { synthesise } from './synthesise.js';

/** Stages that cover all variants, by the name of their snapshot. */
export const stages = {
  dev: { ATLAS_STAGE: 'dev' },
  staging: { ATLAS_STAGE: 'staging' },
  production: { ATLAS_STAGE: 'production' },
  'removable-data': { ATLAS_STAGE: 'removable-data', ATLAS_DATA_REMOVAL: 'destroy' },
  exposed: {
    ATLAS_STAGE: 'exposed',
    DEPLOY_BIND_ADDRESS: '0.0.0.0',
    DEPLOY_UI_BIND_ADDRESS: '0.0.0.0',
    DEPLOY_UI_PASSWORD: 'canary of 27 characters',
  },
} satisfies Record<string, Environment>;

export const containersOf = (env: Environment) => Object.entries(synthesise(env).resource.docker_container);
