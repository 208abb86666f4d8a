import type { ExecutionContext } from 'ava';
import { freePort } from '../../../http/free-port.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service-process.js';

export interface ApiProcess extends ServiceProcess {
  /** The port of the API. */
  port(): Promise<number>;
}

/** Nothing listens on port 1. */
export const nowhere = { POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: '1', TEMPORAL_ADDRESS: '127.0.0.1:1' } as const;

/** Starts an API process, by default on a free port. The end of the test kills it if it still runs. */
export async function startApiProcess(t: ExecutionContext, env: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const API_PORT = env['API_PORT'] ?? String(await freePort());
  const service = startServiceProcess(t, 'platform/testing/fixtures/api-process.ts', { ...env, API_PORT });
  return { ...service, port: async () => Number((await service.written(/"port":(\d+),"msg":"Listening"/))[1]) };
}

/** Settings as environment variables. */
export const environmentOf = (settings: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
