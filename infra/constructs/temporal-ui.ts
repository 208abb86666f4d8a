import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { users } from '../secrets.js';
import type { PartProps } from './container-part.js';
import { netcatHttpProbe } from './http-healthcheck.js';
import { publishedPort, ServiceContainer } from './service-container.js';
import type { TemporalServer } from './temporal-server.js';
import { withoutProxies } from './without-proxies.js';

/** Temporal's web UI. */
export class TemporalUi extends ServiceContainer {
  constructor(scope: Construct, id: string, { server, ...base }: PartProps & { readonly server: TemporalServer }) {
    super(scope, id, {
      ...base,
      part: services.temporalUi,
      uid: users.temporal,
      limits: { memoryMb: 128, cpus: 0.5 },
      environment: {
        ...withoutProxies,
        TEMPORAL_ADDRESS: `${services.temporal}:${ports.temporal}`,
        TEMPORAL_UI_PORT: String(ports.temporalUi),
      },
      healthcheck: { test: netcatHttpProbe(ports.temporalUi, '/healthz'), intervalSeconds: 3, startPeriodSeconds: 30 },
      stopSeconds: 5,
      // With a login, only the login is published.
      ports: base.stage.uiLogin ? [] : publishedPort(base.stage, 'ui', ports.temporalUi),
      dependsOn: [server],
    });
  }
}
