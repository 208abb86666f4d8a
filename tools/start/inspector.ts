import { CommandFault } from '../../platform/errors/command-fault.js';
import { isFree } from '../cli/port-free.js';
import type { AppName } from './start-order.js';

/** Fixed, so that the configuration of an editor can name them (.vscode/launch.json). Only this machine can connect. */
export const inspectorPorts: Readonly<Record<AppName, number>> = { api: 9229, worker: 9230 };
const host = '127.0.0.1';
const titles = { api: 'the API', worker: 'the worker' } as const;

/** @throws {CommandFault} a debugger's port is in use */
export async function requireInspectorPorts(ports = inspectorPorts): Promise<void> {
  for (const name of ['api', 'worker'] as const)
    if (!(await isFree(host, ports[name])))
      throw new CommandFault(
        `Port ${ports[name]}, for the debugger of ${titles[name]}, is in use. To find the program that uses it: lsof -nP -iTCP:${ports[name]} -sTCP:LISTEN`,
        { code: 'ports-taken' },
      );
}

/** Node.js does not print the address, because the launcher does. */
export const inspectOptions = (name: AppName): string[] => [
  `--inspect=${host}:${inspectorPorts[name]}`,
  '--inspect-publish-uid=http',
  ...['--import', import.meta.resolve('./inspected-stacks.mjs')],
];

/** Where a debugger finds the process; Chrome's opens from chrome://inspect. */
export const inspectorUrl = (name: AppName): string => `http://${host}:${inspectorPorts[name]}/json/list`;
