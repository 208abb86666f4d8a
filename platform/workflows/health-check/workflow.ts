import { ActivityFailure, ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { PlatformActivities } from '../../activities/index.js';
import { errorCodes } from '../../errors/codes.js';
import { prompt } from '../activity-options.js';
import type { WorkflowOf } from '../define.js';
import type { ComponentHealth, healthCheck as definition } from './definition.js';

const { checkPostgres, checkTemporal, checkWorker } = proxyActivities<PlatformActivities>(prompt);

export const healthCheck: WorkflowOf<typeof definition> = async () => {
  const checkedAt = new Date().toISOString();
  const [postgres, temporal, worker] = await Promise.all(
    [checkPostgres(), checkTemporal(), checkWorker()].map(reportFailure),
  );
  const components = { postgres, temporal, worker } as Record<'postgres' | 'temporal' | 'worker', ComponentHealth>;
  const healthy = Object.values(components).every(({ state }) => state === 'ok');
  return { status: healthy ? 'ok' : 'degraded', checkedAt, components };
};

/** A failing part makes the report `degraded`, not the run `failed`: reporting it is the purpose of this workflow. */
async function reportFailure(check: Promise<ComponentHealth>): Promise<ComponentHealth> {
  try {
    return await check;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return { state: 'down', error: reasonFor(error) };
  }
}

/** Callers read the report, so it contains only our own messages: others could reveal addresses or SQL. */
function reasonFor({ cause }: ActivityFailure): string {
  const isOurs = cause instanceof ApplicationFailure && errorCodes.some((code) => code === cause.type);
  return isOurs ? cause.message : 'The check failed or was not answered in time; the log of the worker says why';
}
