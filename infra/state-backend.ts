import { join } from 'node:path';
import { LocalBackend, PgBackend, type TerraformStack } from 'cdktf';
import type { DeploySettings } from './container-environment.js';
import type { Stage } from './stage.js';

/** Where Terraform stores a stage's state. Add other backends here. */
export const stateBackends: Readonly<
  Record<DeploySettings['ATLAS_STATE_BACKEND'], (stack: TerraformStack, stage: Stage) => void>
> = {
  local: (stack, stage) => {
    new LocalBackend(stack, { path: join(stage.folder, 'terraform.tfstate') });
  },
  pg: (stack, stage) => {
    const backend = new PgBackend(stack, { connStr: '', schemaName: `terraform_${stage.name.replaceAll('-', '_')}` });
    // Terraform reads PG_CONN_STR itself. Here the password would end up in a file.
    backend.addOverride('conn_str', undefined);
  },
};
