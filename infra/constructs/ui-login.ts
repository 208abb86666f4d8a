import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { type UiLogin as Login, labels } from '../stage.js';
import { CaddyProxy } from './caddy-proxy.js';
import type { PartProps } from './container-part.js';
import { publishedPort } from './service-container.js';
import type { TemporalUi } from './temporal-ui.js';

/**
 * A login in front of Temporal's UI, which is then published only through it. It is separate from the API's proxy, because password
 * checks use CPU time: an attacker who tries many must not slow down the API.
 */
export class UiLogin extends CaddyProxy {
  constructor(
    scope: Construct,
    id: string,
    { login, ui, ...base }: PartProps & { readonly login: Login; readonly ui: TemporalUi },
  ) {
    const { stage } = base;
    super(scope, id, {
      ...base,
      part: services.uiLogin,
      limits: { memoryMb: 128, cpus: 0.5 },
      file: 'ui-login.Caddyfile',
      environment: { UI_USER: login.user, UI_HOST: services.temporalUi, UI_PORT: String(ports.temporalUi) },
      secrets: 'ui-login',
      ...(stage.uiLoginFingerprint !== undefined && { labels: { [labels.uiLogin]: stage.uiLoginFingerprint } }),
      ports: publishedPort(stage, 'ui', ports.proxy),
      // UI and login publish the same port: one must release it before the other binds it.
      dependsOn: [ui],
    });
  }
}
