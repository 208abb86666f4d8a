import { pino } from 'pino';
import { routes } from '../../api/routes/index.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { bundleCacheFolder } from '../../platform/settings/project.js';
import { workflows } from '../../workflows/index.js';

/** Loads what API and worker find by folder. @returns what keeps them from starting */
export async function findFaultyModules(): Promise<string[]> {
  // Loads webpack: other checks do without.
  const { cachedWorkflowBundle } = await import('../../platform/worker/workflow-bundle.js');
  const bundle = () => cachedWorkflowBundle(bundleCacheFolder, pino({ level: 'silent' }), workflows.path);
  const faults = [];
  for (const load of [routes, workflows.catalogue, bundle]) faults.push(await load().then(() => undefined, messageOf));
  return [...new Set(faults)].filter((fault) => fault !== undefined);
}

function messageOf(error: unknown): string {
  if (error instanceof CommandFault) return error.message;
  // npm test shows what webpack says.
  return `The workflows cannot be bundled: ${(error as Error).message.split('\n')[0]}`;
}
