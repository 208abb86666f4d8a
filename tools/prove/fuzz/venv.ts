import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectRoot } from '../../../platform/settings/project.js';

const requirements = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** `npm ci` removes it with node_modules. */
const folder = join(projectRoot, 'node_modules/.cache/atlas-fuzz');
const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
/** Hash of requirements and folder, written last. The programs of a venv have absolute paths, so a copied venv is invalid. */
const stamp = join(folder, 'requirements.sha256');

/** Oldest version for the pinned packages. */
const oldestPython = { major: 3, minor: 11 } as const;
const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'] as const;
const installMs = 300_000;

/** Schemathesis cannot be installed, or no suitable Python exists. */
export class NoSchemathesis extends Error {
  readonly code = 'no-schemathesis';
  override readonly name = 'NoSchemathesis';
}

/**
 * Installs the pinned Schemathesis from PyPI into a venv, unless it is installed.
 * @returns the path of its program
 * @throws {NoSchemathesis} with a message of one line
 */
export async function installSchemathesis(say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const program = join(programs, process.platform === 'win32' ? 'schemathesis.exe' : 'schemathesis');
  const wanted = createHash('sha256').update(readFileSync(requirements)).update(folder).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && (await answers(program, '--version')))
    return program;
  const python = await findPython();
  say('Installing Schemathesis from PyPI');
  rmSync(folder, { recursive: true, force: true });
  try {
    await run(python, ['-m', 'venv', folder], { signal });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements];
    await run(join(programs, 'python'), pip, { signal, timeout: installMs });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { stderr = '', message } = error as Error & { stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || message.split('\n')[0];
    throw new NoSchemathesis(`Cannot install Schemathesis into ${folder}: ${why}`, { cause: error });
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
    `npm run test:fuzz requires Python ${major}.${minor} or newer; install it as python3 in PATH`,
  );
}
