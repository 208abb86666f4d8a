/**
 * Which of the project's folders may import which. Kept by `npm run check`, not by memory; docs/architecture.md says why.
 */
export interface ImportRule {
  /** Folders whose code may be imported, besides the folder's own. */
  readonly values: readonly string[];
  /** Folders of which only types may be imported. */
  readonly types?: readonly string[];
  /** Whether packages may be imported, and Node's built-in modules. @default - both may */
  readonly outside?: { readonly packages: readonly string[]; readonly types: readonly string[] };
}

/** What everybody may use. */
const foundation = [
  ...[
    'platform/settings/names.js',
    'platform/settings/project.js',
    'platform/settings/settings.js',
    'platform/settings/settings-schema.js',
    'platform/settings/nearest-name.js',
    'platform/settings/loopback.js',
    'platform/settings/proxies.js',
    'platform/settings/canonical.js',
    'platform/settings/text-file.js',
  ],
  ...['platform/errors', 'platform/observability', 'platform/retry'],
];
/** Reading the environment is for entry points: everything else is given its settings. */
const reading = ['platform/settings/entry.js', 'platform/settings/environment.js'];

export const importRules: Readonly<Record<string, ImportRule>> = {
  'platform/errors': { values: [] },
  'platform/http': { values: [] },
  'tools/cli': { values: [] },
  'platform/retry': { values: [] },
  'platform/settings': { values: [] },
  'platform/observability': { values: [...foundation, 'platform/http'] },
  'platform/service': { values: [...foundation, ...reading, 'tools/cli', 'platform/http'] },
  // Workflow code is replayed: no built-in modules, no settings, and of activities only the types.
  workflows: {
    values: ['platform/settings/names.js', 'platform/errors/codes.js', 'platform/runs/workflow-id.js'],
    types: ['activities'],
    outside: { packages: ['@temporalio/workflow', '@temporalio/common'], types: ['json-schema-to-ts'] },
  },
  activities: { values: ['platform/settings/names.js', 'platform/errors'], types: ['workflows'] },
  database: {
    values: [...foundation, 'migrations', 'platform/runs/run.js', 'platform/runs/workflow-id.js'],
    types: ['platform/auth', 'platform/runs'],
  },
  migrations: { values: [...foundation, ...reading, 'tools/cli', 'database'] },
  'platform/temporal': { values: foundation, types: ['platform/runs', 'workflows'] },
  'platform/runs': {
    values: ['platform/errors', 'platform/observability', 'platform/retry'],
    types: ['platform/temporal', 'workflows'],
  },
  // Knows no HTTP: who a token belongs to, and what it allows.
  'platform/auth': { values: [] },
  'tools/keys': { values: [...foundation, ...reading, 'platform/auth', 'tools/cli', 'database', 'tools/start'] },
  api: {
    values: [
      'platform/auth',
      ...foundation,
      'platform/http',
      'platform/service',
      'database',
      'platform/runs',
      'platform/temporal',
      'workflows/catalogue.js',
      'platform/workflows/define.js',
    ],
  },
  worker: {
    values: [...foundation, 'platform/service', 'activities', 'database', 'platform/runs', 'platform/temporal'],
    types: ['workflows'],
  },
  infra: { values: ['platform/settings', 'tools/cli', 'platform/auth/api-key.js'] },
  'tools/start': {
    values: [
      ...[...foundation, ...reading],
      ...[
        'platform/auth',
        'platform/http',
        'tools/cli',
        'database',
        'platform/temporal',
        'platform/workflows/health-check/definition.js',
      ],
    ],
    types: ['platform/runs', 'workflows'],
  },
  // Goes to callers as it is, into browsers too.
  client: { values: [], outside: { packages: ['openapi-fetch'], types: [] } },
  // Knows both ways to stand the platform up, to look at what each of them needs.
  'tools/doctor': { values: ['platform/settings', 'tools/cli', 'tools/start', 'infra'] },
  'tools/bench': {
    values: ['tools/cli', 'platform/settings', 'platform/database/pg.js', 'tools/start', 'platform/errors'],
  },
  'tools/checks': { values: ['tools/cli', 'platform/settings'] },
  // Tests see everything.
  test: { values: ['*'] },
};
