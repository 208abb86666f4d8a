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
    'config/names.js',
    'config/project.js',
    'config/settings.js',
    'config/settings-schema.js',
    'config/nearest-name.js',
    'config/loopback.js',
    'config/proxies.js',
    'config/canonical.js',
    'config/text-file.js',
  ],
  ...['errors', 'observability', 'retry'],
];
/** Reading the environment is for entry points: everything else is given its settings. */
const reading = ['config/entry.js', 'config/environment.js'];

export const importRules: Readonly<Record<string, ImportRule>> = {
  errors: { values: [] },
  http: { values: [] },
  cli: { values: [] },
  retry: { values: [] },
  config: { values: [] },
  observability: { values: [...foundation, 'http'] },
  service: { values: [...foundation, ...reading, 'cli', 'http'] },
  // Workflow code is replayed: no built-in modules, no settings, and of activities only the types.
  workflows: {
    values: ['config/names.js', 'errors/codes.js', 'runs/workflow-id.js'],
    types: ['activities'],
    outside: { packages: ['@temporalio/workflow', '@temporalio/common'], types: ['json-schema-to-ts'] },
  },
  activities: { values: ['config/names.js', 'errors'], types: ['workflows'] },
  database: {
    values: [...foundation, 'migrations', 'runs/run.js', 'runs/workflow-id.js'],
    types: ['auth', 'runs'],
  },
  migrations: { values: [...foundation, ...reading, 'cli', 'database'] },
  temporal: { values: foundation, types: ['runs', 'workflows'] },
  runs: { values: ['errors', 'observability', 'retry'], types: ['temporal', 'workflows'] },
  // Knows no HTTP: who a token belongs to, and what it allows.
  auth: { values: [] },
  keys: { values: [...foundation, ...reading, 'auth', 'cli', 'database', 'embedded'] },
  api: {
    values: [
      'auth',
      ...foundation,
      'http',
      'service',
      'database',
      'runs',
      'temporal',
      'workflows/catalogue.js',
      'workflows/define.js',
    ],
  },
  worker: { values: [...foundation, 'service', 'activities', 'database', 'runs', 'temporal'], types: ['workflows'] },
  infra: { values: ['config', 'cli', 'auth/api-key.js'] },
  embedded: {
    values: [
      ...[...foundation, ...reading],
      ...['auth', 'http', 'cli', 'database', 'temporal', 'workflows/health-check/definition.js'],
    ],
    types: ['runs', 'workflows'],
  },
  // Goes to callers as it is, into browsers too.
  client: { values: [], outside: { packages: ['openapi-fetch'], types: [] } },
  // Knows both ways to stand the platform up, to look at what each of them needs.
  doctor: { values: ['config', 'cli', 'embedded', 'infra'] },
  bench: { values: ['cli', 'config', 'database/pg.js', 'embedded', 'errors'] },
  checks: { values: ['cli', 'config'] },
  // Tests see everything.
  test: { values: ['*'] },
};
