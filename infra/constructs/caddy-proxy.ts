import type { Construct } from 'constructs';
import { ports } from '../../platform/settings/names.js';
import { users } from '../secrets.js';
import { configFile } from './config-file.js';
import { netcatHttpProbe } from './http-healthcheck.js';
import { ServiceContainer, type ServiceContainerProps } from './service-container.js';
import { withoutProxies } from './without-proxies.js';

export interface CaddyProxyProps
  extends Pick<
    ServiceContainerProps,
    'stage' | 'image' | 'network' | 'part' | 'ports' | 'secrets' | 'labels' | 'dependsOn' | 'limits'
  > {
  /** Caddyfile of this proxy, in infra/files/proxy. */
  readonly file: string;
  /** The variables that the Caddyfile reads, besides its ports. */
  readonly environment: Readonly<Record<string, string>>;
}

const privateTmpfs = `rw,noexec,nosuid,size=1m,uid=${users.caddy},gid=${users.caddy},mode=0700`;

/** A Caddy container with one Caddyfile. */
export class CaddyProxy extends ServiceContainer {
  constructor(scope: Construct, id: string, { file, environment, ...props }: CaddyProxyProps) {
    super(scope, id, {
      ...props,
      uid: users.caddy,
      // The binary has this file capability, and the kernel does not execute it in a container without it.
      capabilities: ['CAP_NET_BIND_SERVICE'],
      command: [
        'sh',
        '-euc',
        `printf '%s' "$CADDYFILE" > /config/Caddyfile; exec caddy run --adapter caddyfile --config /config/Caddyfile`,
      ],
      environment: {
        ...withoutProxies,
        CADDYFILE: `${configFile('proxy/common.Caddyfile')}${configFile(`proxy/${file}`)}`,
        PORT: String(ports.proxy),
        HEALTH_PORT: String(ports.proxyHealth),
        ...environment,
      },
      tmpfs: { '/config': privateTmpfs, '/data': privateTmpfs },
      healthcheck: { test: netcatHttpProbe(ports.proxyHealth, '/'), intervalSeconds: 3, startPeriodSeconds: 30 },
      stopSeconds: 15,
    });
  }
}
