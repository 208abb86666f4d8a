import { DockerProvider } from '@cdktf/provider-docker/lib/provider/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { appVersion } from '../../platform/settings/project.js';
import { ApiProxy } from '../constructs/api-proxy.js';
import { createApi, createWorkers } from '../constructs/app-containers.js';
import { AppImage } from '../constructs/app-image.js';
import { MigrateJob } from '../constructs/migrate-job.js';
import { StageNetwork } from '../constructs/network.js';
import type { OwnContainers } from '../constructs/own-container.js';
import { Postgres } from '../constructs/postgres.js';
import { PostgresRolesJob } from '../constructs/postgres-roles-job.js';
import { RegistryImage } from '../constructs/registry-image.js';
import { TemporalNamespaceJob } from '../constructs/temporal-namespace-job.js';
import { TemporalSchemaJob } from '../constructs/temporal-schema-job.js';
import { TemporalServer } from '../constructs/temporal-server.js';
import { TemporalUi } from '../constructs/temporal-ui.js';
import { UiLogin } from '../constructs/ui-login.js';
import type { DeploySettings } from '../container-environment.js';
import { reachedAt } from '../exposure.js';
import { type ImageReference, images, referenceOf } from '../images.js';
import type { Stage } from '../stage.js';
import { stateBackends } from '../state-backend.js';

export interface StageStackProps {
  readonly settings: DeploySettings;
  readonly stage: Stage;
  /** @default - only the platform's containers */
  readonly ownContainers?: OwnContainers;
}

/** A complete stage: PostgreSQL, Temporal, its UI and the app, in the order of their dependencies. */
export class StageStack extends TerraformStack {
  constructor(scope: Construct, id: string, { settings, stage, ownContainers = {} }: StageStackProps) {
    super(scope, id);
    stateBackends[settings.ATLAS_STATE_BACKEND](this, stage);
    this.addOverride('terraform.required_version', '>= 1.7.0');
    new DockerProvider(this, 'docker');

    const network = new StageNetwork(this, 'network', stage).name;
    const base = { stage, network };

    const postgresImage = this.imageFrom(images.postgres);
    const postgres = new Postgres(this, 'postgres', { ...base, image: postgresImage });
    const roles = new PostgresRolesJob(this, 'postgres-roles', {
      ...base,
      image: postgresImage,
      postgres,
      appRole: settings.POSTGRES_USER,
      appDatabase: settings.POSTGRES_DB,
    });

    const adminTools = this.imageFrom(images.temporalAdminTools);
    const schema = new TemporalSchemaJob(this, 'temporal-schema', { ...base, image: adminTools, roles });
    const server = new TemporalServer(this, 'temporal', {
      ...base,
      image: this.imageFrom(images.temporalServer),
      schema,
    });
    const namespace = new TemporalNamespaceJob(this, 'temporal-namespace', {
      ...base,
      image: adminTools,
      schema,
      server,
      namespace: settings.TEMPORAL_NAMESPACE,
      retentionDays: settings.TEMPORAL_NAMESPACE_RETENTION_DAYS,
    });
    const ui = new TemporalUi(this, 'temporal-ui', { ...base, image: this.imageFrom(images.temporalUi), server });
    const caddy = this.imageFrom(images.caddy);
    if (stage.uiLogin) new UiLogin(this, 'ui-login', { ...base, image: caddy, login: stage.uiLogin, ui });

    const imageFrom = (reference: ImageReference) => this.imageFrom(reference);
    const own = Object.entries(ownContainers).map(
      ([part, { construct: Own }]) => new Own(this, part, { ...base, part, settings, imageFrom }),
    );
    const ownSettings = Object.assign({}, ...Object.values(ownContainers).map((it) => it.settings));

    const app = {
      ...base,
      image: new AppImage(this, 'app-image', stage).name,
      settings: { ...settings, ...ownSettings },
    };
    const migrate = new MigrateJob(this, 'migrate', { ...app, roles });
    const dependsOn = [migrate, namespace, ...own];
    createApi(this, { ...app, dependsOn });
    createWorkers(this, { ...app, dependsOn });
    new ApiProxy(this, 'proxy', { ...base, image: caddy });

    this.addOutputs(stage);
  }

  /** The image, pulled once for all containers that use it. */
  private imageFrom(reference: ImageReference): string {
    const { name } = reference;
    const isPlatform = Object.values(images).some((it) => referenceOf(it) === referenceOf(reference));
    const id = isPlatform ? name : referenceOf(reference);
    const existing = this.node.tryFindChild(`image-${id}`) as RegistryImage | undefined;
    return (existing ?? new RegistryImage(this, `image-${id}`, reference)).name;
  }

  private addOutputs(stage: Stage): void {
    const { name, ports } = stage;
    const outputs = {
      stage: name,
      api: `http://${reachedAt(stage, 'api')}`,
      temporal_ui: `http://${reachedAt(stage, 'ui')}`,
      ...(ports.postgres !== undefined && { postgres: reachedAt(stage, 'postgres') }),
      ...(ports.temporal !== undefined && { temporal: reachedAt(stage, 'temporal') }),
      versions: {
        app: appVersion,
        ...Object.fromEntries(Object.values(images).map((it) => [it.name, referenceOf(it)])),
      },
    };
    for (const [output, value] of Object.entries(outputs)) {
      new TerraformOutput(this, `output-${output}`, { value }).overrideLogicalId(output);
    }
  }
}
