import { Construct } from 'constructs';
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
  /** File in infra/files/proxy with what this proxy does. */
  readonly file: string;
  /** What that file reads of its environment, besides its own port. */
  readonly environment: Readonly<Record<string, string>>;
}

const ownFolder = `rw,noexec,nosuid,size=1m,uid=${users.caddy},gid=${users.caddy},mode=0700`;

/** Caddy in front of something that others reach. */
export class CaddyProxy extends Construct {
  readonly service: ServiceContainer;

  constructor(scope: Construct, id: string, { file, environment, ...props }: CaddyProxyProps) {
    super(scope, id);
    this.service = new ServiceContainer(this, 'service', {
      ...props,
      uid: users.caddy,
      // The image gives its binary this one as a file capability, and the kernel starts such a binary only where it may have it.
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
      tmpfs: { '/config': ownFolder, '/data': ownFolder },
      healthcheck: { test: netcatHttpProbe(ports.proxyHealth, '/'), intervalSeconds: 3, startPeriodSeconds: 30 },
      stopSeconds: 15,
    });
  }
}
