import test from 'ava';
import { explainTerraform } from './explain-terraform.js';
import { type Diagnostic, TerraformFailed } from './terraform.js';

const failed = (diagnostic: Omit<Diagnostic, 'severity'>) =>
  explainTerraform(new TerraformFailed('apply', [{ severity: 'error', ...diagnostic }], '', '/there'));

test('shows each fault once, with its part', (t) => {
  const diagnostic = { severity: 'error', summary: 'no', detail: '', address: 'docker_container.api_1' } as const;
  t.is(
    explainTerraform(new TerraformFailed('apply', [diagnostic, diagnostic], '', '/there')),
    'terraform apply failed:\n  api-1: no',
  );
});

test('shows the output of Terraform if there are no diagnostics', (t) => {
  t.regex(
    explainTerraform(new TerraformFailed('init', [], 'broken\n', '/there')),
    /terraform init failed:\n {2}broken$/,
  );
});

const advice: readonly [summary: string, detail: string, expected: RegExp][] = [
  ['Error acquiring the state lock', 'ID: 1', /Another process is deploying or destroying this stage/],
  ['Backend configuration changed', '', /ATLAS_STATE_BACKEND/],
  ['Unable to start container', 'Bind for 127.0.0.1:8080 failed: port is already allocated', /DEPLOY_…_PORT/],
  ['failed to register layer', 'write /x: no space left on device', /The disk is full/],
  ['Unable to read Docker image into resource: unable to pull image caddy:0', '', /could not be pulled/],
  ['Failed to query available provider packages', '', /no plugin for the provider/],
  ['container failed to be in healthy state', '', /npm run logs/],
];
for (const [summary, detail, expected] of advice)
  test(`advises on: ${summary}`, (t) => {
    t.regex(failed({ summary, detail }), expected);
  });

test('shows the output of a job without the headers of the engine', (t) => {
  const text =
    'The migration failed (exit code 1). What it said:\n\u0001\u0000\u0000\u0000\u0000\u0000\u0000Afirst line\n\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u000csecond\n';
  t.regex(failed({ summary: 'Resource postcondition failed', detail: text }), /said:\n {2}first line\n {2}second/);
});
