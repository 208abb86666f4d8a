import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from './options.js';
import type { Platform } from './platform.js';

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The used parts of Schemathesis' JSON report. */
export interface Report {
  /** Whether the run completed. */
  readonly complete: boolean;
  readonly running_time: number;
  readonly operations: { readonly selected: number; readonly tested: number; readonly errored: number } | null;
  readonly phases: Readonly<Record<string, { readonly status: string; readonly skip_reason: string | null }>> | null;
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly { readonly title: string; readonly operations: readonly string[] }[];
  readonly errors: readonly { readonly title: string }[];
}

export interface FuzzOptions extends Options {
  readonly program: string;
  /** The API's document as served. */
  readonly document: string;
  readonly platform: Platform;
  readonly signal: AbortSignal;
}

/** Python before 3.11.8 has a bug in parsing with several threads (CPython issue 106905). */
const workers = 1;

/**
 * Number of requests independent of `--max-examples`: examples, and one for each bound, format and method of the document. Measured with
 * `--max-examples 1`.
 */
const fixedCases = 640;
/** Number of requests per unit of `--max-examples`, over all operations and the stateful phase. Measured too. */
const casesPerExample = 18;

/**
 * Runs Schemathesis and shows its output.
 * @throws {Error} Schemathesis wrote no report
 */
export async function fuzz({ program, document, platform, cases, seed, signal }: FuzzOptions): Promise<Report> {
  const identities = join(platform.folder, 'identities.json');
  const report = join(platform.folder, 'fuzz.json');
  // With a URL of the document, Schemathesis would skip the operation of that URL.
  const schema = join(platform.folder, 'openapi.json');
  writeFileSync(schema, document);
  writeFileSync(identities, JSON.stringify({ auth: platform.tokens.map(identityOf) }), { mode: 0o600 });
  const maxExamples = Math.max(1, Math.round((cases - fixedCases) / casesPerExample));
  const args = [
    ...['--config-file', beside('./schemathesis.toml'), 'run', schema, '--url', platform.url],
    ...['--checks', 'all', '--phases', 'examples,coverage,fuzzing,stateful', '--auth-wfc', identities],
    ...['--max-examples', String(maxExamples), '--seed', String(seed), '--workers', String(workers)],
    ...['--report', 'json', '--report-json-path', report, '--generation-database', 'none'],
  ];
  await ended(program, args, platform.folder, signal);
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

const identityOf = (token: string, index: number) => ({
  name: ['ada', 'grace'][index],
  fixedHeaders: [{ name: 'Authorization', value: `Bearer ${token}` }],
});

/** Ignores the exit code: the report contains the failures. */
function ended(program: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, SCHEMATHESIS_HOOKS: beside('./hooks.py'), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // Schemathesis has nothing to save at shutdown.
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    });
  });
}
