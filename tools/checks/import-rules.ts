/** What a folder may import. `npm run check` enforces the rules; docs/architecture.md explains them. */
export interface ImportRule {
  /** Folders and modules, besides the folder itself. */
  readonly values: readonly string[];
  /** Folders and modules for type imports only. @default - none */
  readonly types?: readonly string[];
  /** Packages; excludes Node's built-in modules. @default - all packages and built-in modules */
  readonly packages?: readonly string[];
}

/** Modules for every part of the platform. */
const foundation = [
  'platform/product.ts',
  ...[
    'names',
    'authentication',
    'project',
    'settings',
    'settings-schema',
    'define-settings',
    'nearest-name',
    'loopback',
    'proxies',
    'canonical',
  ].map((name) => `platform/settings/${name}.ts`),
  ...['platform/settings/text-file.ts', 'platform/errors', 'platform/observability', 'platform/retry'],
];
/** Only entry points read the environment; other modules receive settings. */
const environment = ['platform/settings/entry.ts', 'platform/settings/environment.ts'];

/** Public modules of the platform, for product code. Other modules can change with every version. */
export const platformSurface = [
  'api/product-route.ts',
  'api/route-files.ts',
  'api/serve-api.ts',
  'api/small-heap.ts',
  'database/base-model.ts',
  'database/errors.ts',
  'database/migration-files.ts',
  'database/migration-step.ts',
  'database/storable-text.ts',
  'errors/domain-error.ts',
  'loading/workflow-folders.ts',
  'observability/logger.ts',
  'product.ts',
  'service/run-service.ts',
  'settings/define-settings.ts',
  'settings/names.ts',
  'worker/activity-parts.ts',
  'worker/serve-worker.ts',
  'workflows/activity-options.ts',
  'workflows/child.ts',
  'workflows/define.ts',
  'workflows/failure-code.ts',
  'workflows/messages.ts',
  'workflows/run-id.ts',
].map((module) => `platform/${module}`);

const workflowPackages = ['@temporalio/workflow', '@temporalio/common', 'json-schema-to-ts'];

export const importRules: Readonly<Record<string, ImportRule>> = {
  // The product. A folder without a rule may import the whole product and the platform's public modules.
  workflows: {
    values: platformSurface.filter((module) => module.startsWith('platform/workflows/')),
    types: ['activities'],
    packages: workflowPackages,
  },
  'workflows/index.ts': { values: ['platform/loading/workflow-folders.ts'] },
  activities: { values: platformSurface, types: ['workflows'] },
  // Connects the activities to what they use.
  'activities/index.ts': { values: [...platformSurface, 'activities', 'config', 'database'], types: ['workflows'] },
  database: { values: platformSurface, types: ['workflows'] },
  migrations: { values: platformSurface },
  config: { values: platformSurface },
  api: {
    values: [...platformSurface, 'config', 'database', 'migrations', 'workflows/index.ts'],
    types: ['workflows'],
  },
  worker: {
    values: [...platformSurface, 'activities', 'config', 'migrations', 'workflows/index.ts'],
  },

  // The platform imports neither the product nor the tools.
  'platform/errors': { values: [] },
  'platform/http': { values: [] },
  'platform/loading': {
    values: ['platform/errors', 'platform/settings/project.ts', 'platform/workflows/catalogue.ts'],
    types: ['platform/workflows/define.ts'],
  },
  'platform/retry': { values: [] },
  'platform/settings': { values: ['platform/product.ts'] },
  // Independent of HTTP.
  'platform/auth': {
    values: ['platform/errors', 'platform/retry'],
    types: ['platform/product.ts', 'platform/observability'],
  },
  'platform/observability': { values: [...foundation, 'platform/http'] },
  'platform/service': { values: [...foundation, ...environment, 'platform/http'] },
  // Workflow code must be deterministic: no built-in modules, no settings, only types of activities.
  'platform/workflows': {
    values: [
      'platform/settings/names.ts',
      'platform/errors/codes.ts',
      'platform/errors/command-fault.ts',
      'platform/runs/workflow-id.ts',
    ],
    types: ['platform/activities', 'platform/product.ts'],
    packages: [...workflowPackages, 'product-workflows'],
  },
  'platform/activities': {
    values: ['platform/settings/names.ts', 'platform/errors'],
    types: ['platform/workflows'],
  },
  'platform/migrations': { values: [], types: ['platform/database'] },
  'platform/database': {
    values: [...foundation, 'platform/runs/run.ts', 'platform/runs/workflow-id.ts'],
    types: ['platform/auth', 'platform/runs'],
  },
  'platform/temporal': { values: foundation, types: ['platform/runs', 'platform/workflows'] },
  'platform/runs': {
    values: ['platform/errors', 'platform/observability', 'platform/retry', 'platform/settings/nearest-name.ts'],
    types: ['platform/workflows'],
  },
  'platform/api': {
    values: [
      ...[...foundation, 'platform/auth', 'platform/database', 'platform/http', 'platform/runs', 'platform/service'],
      ...['platform/temporal', 'platform/workflows/catalogue.ts', 'platform/workflows/define.ts'],
      ...['platform/workflows/schedule.ts', 'platform/loading'],
    ],
    types: ['platform/workflows/checked-definition.ts'],
  },
  'platform/worker': {
    values: [
      ...[...foundation, 'platform/activities', 'platform/database', 'platform/runs', 'platform/service'],
      ...['platform/temporal', 'platform/workflows/schedule.ts', 'platform/loading'],
    ],
    types: ['platform/workflows'],
  },
  'platform/product.ts': { values: [], types: ['platform/settings/define-settings.ts', 'platform/settings/names.ts'] },
  'platform/testing': { values: ['platform'] },

  // Deployment as code.
  infra: {
    values: [
      'platform/product.ts',
      'platform/settings',
      'platform/auth/api-key.ts',
      'platform/errors/command-fault.ts',
      'config',
    ],
  },

  // Callers copy the client, also into browsers.
  client: { values: [], packages: ['openapi-fetch', 'eventsource-parser'] },

  // Tools and tests may import everything.
  tools: { values: ['*'] },
  test: { values: ['*'] },
};
