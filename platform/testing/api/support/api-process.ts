import type { ExecutionContext } from 'ava';
import { freePort, type ServiceProcess, startServiceProcess } from '../../support/service-process.js';

export interface ApiProcess extends ServiceProcess {
  /** Port it listens on. */
  port(): Promise<number>;
}

/** Nothing listens on port 1. */
export const nowhere = { POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: '1', TEMPORAL_ADDRESS: '127.0.0.1:1' } as const;

/** Starts the API as a process of its own, on a free port unless told otherwise; the test's end kills what is left of it. */
export async function startApiProcess(t: ExecutionContext, env: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const API_PORT = env['API_PORT'] ?? String(await freePort());
  const service = startServiceProcess(t, 'platform/testing/fixtures/api-process.ts', { ...env, API_PORT });
  return { ...service, port: async () => Number((await service.written(/"port":(\d+),"msg":"Listening"/))[1]) };
}

/** The settings as a process is given them. */
export const environmentOf = (settings: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
