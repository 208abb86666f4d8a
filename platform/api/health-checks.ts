import type { Client, Connection } from '@temporalio/client';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { IssuerKeys } from '../auth/issuer-keys.js';
import type { HealthRepository } from '../database/health-repository.js';
import type { DomainError } from '../errors/domain-error.js';
import { SchemaOutdated } from '../errors/platform.js';
import { type HealthCheck, healthCallTimeoutMs } from '../observability/health-check.js';
import { problemsCheck } from '../runs/problems-check.js';
import { reconcilerCheck } from '../runs/reconciler-check.js';
import type { ReconcilerLoad } from '../runs/reconciler-engine.js';
import type { ProblemRecords } from '../runs/run.js';
import { createCall } from '../temporal/errors.js';

export interface ApiChecksDeps {
  readonly sequelize: Sequelize;
  readonly database: Pick<HealthRepository, 'isSchemaCurrent'>;
  readonly client: Client & { readonly connection: Connection };
  readonly problems: Pick<ProblemRecords, 'count'>;
  readonly reconcilerLoad: ReconcilerLoad;
  /** Why the namespace is unusable; `undefined` if it is usable. */
  readonly namespaceFailure: () => DomainError | undefined;
  /** @default - the API accepts no tokens */
  readonly issuerKeys?: Pick<IssuerKeys, 'check'> | undefined;
}

/**
 * PostgreSQL with a current schema is critical. Without Temporal or its namespace the API still accepts runs, and without the issuer of
 * tokens it accepts those with known keys: it is `degraded`.
 */
export function apiChecks(deps: ApiChecksDeps): HealthCheck[] {
  const { sequelize, database, client, problems, reconcilerLoad, namespaceFailure, issuerKeys } = deps;
  const call = createCall(client.connection, healthCallTimeoutMs);
  return [
    {
      name: 'postgres',
      critical: true,
      async run() {
        if (!(await database.isSchemaCurrent()))
          throw new SchemaOutdated(
            'Not all migrations of this version are applied: npm run migrate -- up applies them',
          );
        const [row] = await sequelize.query<{ server_version: string }>('SHOW server_version', {
          type: QueryTypes.SELECT,
        });
        const version = row?.server_version.split(' ')[0];
        return version === undefined ? {} : { version };
      },
    },
    {
      name: 'temporal',
      critical: false,
      async run() {
        const { serverVersion: version } = await call(() => client.workflowService.getSystemInfo({}));
        const failure = namespaceFailure();
        if (failure) throw failure;
        return { version };
      },
    },
    problemsCheck(problems),
    reconcilerCheck(reconcilerLoad),
    ...(issuerKeys ? [issuerCheck(issuerKeys)] : []),
  ];
}

const issuerCheck = (keys: Pick<IssuerKeys, 'check'>): HealthCheck => ({
  name: 'issuer',
  critical: false,
  async run() {
    await keys.check();
    return {};
  },
});
