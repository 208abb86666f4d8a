import test from 'ava';
import { describeChange, type Programs } from './change.js';

const imported = {
  api: new Set(['api/main.ts', 'workflows/greet/definition.ts', '../shared/rates.ts', 'docs/openapi.json']),
  worker: new Set([
    'worker/main.ts',
    'workflows/greet/definition.ts',
    'workflows/greet/workflow.ts',
    'activities/a.ts',
  ]),
};

const programs = (props: Partial<Programs> = {}): Programs => ({
  imports: (app) => imported[app],
  isBroken: () => false,
  ...props,
});

const appsOf = (file: string, props?: Partial<Programs>) => [...describeChange(new Set([file]), programs(props)).apps];

test('a file concerns the programs that import it, wherever it is', (t) => {
  t.deepEqual(appsOf('workflows/greet/definition.ts'), ['api', 'worker']);
  t.deepEqual(appsOf('workflows/greet/workflow.ts'), ['worker']);
  t.deepEqual(appsOf('../shared/rates.ts'), ['api']);
  t.deepEqual(appsOf('docs/openapi.json'), ['api']);
});

test('code that no program imports concerns none', (t) => {
  for (const file of ['activities/new.ts', 'api/new.ts', 'database/old.mjs']) t.deepEqual(appsOf(file), []);
});

test('a new file in a folder that a program searches concerns it', (t) => {
  t.deepEqual(appsOf('api/routes/new.ts'), ['api']);
  t.deepEqual(appsOf('workflows/new/definition.ts'), ['api', 'worker']);
  t.deepEqual(appsOf('workflows/new/workflow.ts'), ['worker']);
  for (const file of ['api/routes/parts/new.ts', 'workflows/new/texts.ts']) t.deepEqual(appsOf(file), [], file);
});

test('any code that it can import concerns a program that did not start', (t) => {
  const props = { isBroken: () => true };
  t.deepEqual(appsOf('activities/new.ts', props), ['worker']);
  t.deepEqual(appsOf('api/routes/new.ts', props), ['api']);
  t.deepEqual(appsOf('database/new.ts', props), ['api', 'worker']);
  t.deepEqual(appsOf('cdktf.ts', props), []);
});

test('any code that it can import concerns a program that reports no imports', (t) => {
  const props = { imports: () => new Set<string>() };
  t.deepEqual(appsOf('activities/a.ts', props), ['worker']);
  t.deepEqual(appsOf('config/product.ts', props), ['api', 'worker']);
});

test('data in the folders of a program concerns it, files of editors do not', (t) => {
  t.deepEqual(appsOf('api/countries.json'), ['api']);
  t.deepEqual(appsOf('config/rates.csv'), ['api', 'worker']);
  for (const file of ['activities/a.ts~', 'activities/4913', 'activities/a.ts.tmp', 'activities/README.md'])
    t.deepEqual(appsOf(file), [], file);
});

test('migrations and the files of the project concern both', (t) => {
  for (const file of ['package.json', 'tsconfig.json', 'node_modules/.package-lock.json', 'migrations/1-add.ts'])
    t.deepEqual(appsOf(file), ['api', 'worker'], file);
  t.true(describeChange(new Set(['platform/migrations/1-add.ts']), programs()).migrations);
  t.false(describeChange(new Set(['api/main.ts']), programs()).migrations);
});

test('tells the code of the platform, packages and their configuration from the code of the product', (t) => {
  const isPlatform = (file: string) => describeChange(new Set(['api/main.ts', file]), programs()).platform;
  for (const file of ['platform/api/app.ts', '../shared/rates.ts', 'node_modules/.package-lock.json', 'tsconfig.json'])
    t.true(isPlatform(file), file);
  for (const file of ['activities/a.ts', 'workflows/a/workflow.ts', 'prices/a.ts']) t.false(isPlatform(file), file);
});
