import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectRoot } from '../../../platform/settings/project.js';

const requirements = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** Goes with node_modules. */
const folder = join(projectRoot, 'node_modules/.cache/atlas-fuzz');
const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
/** Written last: what the venv holds, and where it was made, because the paths of its programs are absolute: a copy runs the original. */
const stamp = join(folder, 'requirements.sha256');

/** Of what requirements.txt pins. */
const oldestPython = { major: 3, minor: 11 } as const;
const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'] as const;
const installMs = 300_000;

/** There is no Python that Schemathesis runs on, or it could not be installed. */
export class NoSchemathesis extends Error {
  readonly code = 'no-schemathesis';
  override readonly name = 'NoSchemathesis';
}

/**
 * Schemathesis, as requirements.txt pins it, in a venv of its own; installed from PyPI at the first call and when requirements.txt has
 * changed.
 * @returns the path of its program
 * @throws {NoSchemathesis} in one line
 */
export async function installSchemathesis(say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const program = join(programs, process.platform === 'win32' ? 'schemathesis.exe' : 'schemathesis');
  const wanted = createHash('sha256').update(readFileSync(requirements)).update(folder).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && (await answers(program, '--version')))
    return program;
  const python = await findPython();
  say('Schemathesis is installed from PyPI');
  rmSync(folder, { recursive: true, force: true });
  try {
    await run(python, ['-m', 'venv', folder], { signal });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements];
    await run(join(programs, 'python'), pip, { signal, timeout: installMs });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { stderr = '', message } = error as Error & { stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || message.split('\n')[0];
    throw new NoSchemathesis(`Schemathesis could not be installed into ${folder}: ${why}`, { cause: error });
  }
  writeFileSync(stamp, wanted);
  return program;
}

const run = promisify(execFile);

const answers = (program: string, ...args: string[]): Promise<string | undefined> =>
  run(program, args).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

async function findPython(): Promise<string> {
  for (const candidate of candidates) {
    const version = await answers(candidate, '-c', 'import sys; print(*sys.version_info[:2])');
    const [major = 0, minor = 0] = version?.split(' ').map(Number) ?? [];
    if (major === oldestPython.major && minor >= oldestPython.minor) return candidate;
  }
  const { major, minor } = oldestPython;
  throw new NoSchemathesis(
    `npm run test:fuzz needs Python ${major}.${minor} or newer, and finds none as python3 in PATH`,
  );
}
