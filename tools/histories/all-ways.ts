import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlatformActivities } from '../../platform/activities/index.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { projectRoot } from '../../platform/settings/project.js';
import { defineWays, type Ways } from '../../platform/testing/support/ways.js';
import { healthCheck } from '../../platform/workflows/health-check/definition.js';

/** The folder of the product's `*.ways.ts`, relative to the project. */
export const waysFolder = 'test/workflows';
const ending = '.ways.ts';

const ok = async () => ({ state: 'ok' as const, latencyMs: 1 });
const checks: Partial<PlatformActivities> = { checkPostgres: ok, checkTemporal: ok, checkWorker: ok };
const platformWays = defineWays(healthCheck, { ok: { input: {} } }, checks);

/** A way and the name of its recording. */
export interface NamedWay {
  readonly recording: string;
  readonly ways: Ways;
  readonly way: Ways['ways'][string];
}

/** The ways through the product's workflows and the platform's. @throws {CommandFault} a file exports none */
export async function allWays(folder: string = join(projectRoot, waysFolder)): Promise<NamedWay[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  const own = await Promise.all(files.toSorted().map((file) => waysIn(join(folder, file))));
  return named([...own, platformWays]);
}

/** @throws {CommandFault} two ways have the same recording, such as `a-b` of `x` and `b` of `x-a`, or a name has other characters */
export function named(all: readonly Ways[]): NamedWay[] {
  const found = new Map<string, NamedWay>();
  for (const ways of all) {
    for (const [name, way] of Object.entries(ways.ways)) {
      const { name: workflow } = ways.definition;
      const recording = `${workflow}-${name}`;
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
        throw new CommandFault(`The way ${JSON.stringify(name)} of ${workflow} has an invalid name: use kebab-case`);
      const other = found.get(recording)?.ways.definition.name;
      if (other !== undefined)
        throw new CommandFault(
          `A way of ${workflow} and one of ${other} are both recorded as ${recording}: rename one`,
        );
      found.set(recording, { recording, ways, way });
    }
  }
  return [...found.values()];
}

async function waysIn(file: string): Promise<Ways> {
  const { ways } = (await import(pathToFileURL(file).href)) as { ways?: Ways };
  if (ways?.definition) return ways;
  throw new CommandFault(`${file} exports no ways: export const ways = defineWays(…)`);
}
