import type { Construct } from 'constructs';
import { type ContainerPartProps, PartContainer } from './container-part.js';

export interface JobContainerProps extends Omit<ContainerPartProps, 'aliases'> {
  /** Starts the error message when the job fails: `Preparing the app's database`. */
  readonly purpose: string;
  /** The job runs again when one of these containers is replaced. @default - only when its own definition changes */
  readonly replaceTriggeredBy?: readonly PartContainer[];
}

/**
 * A container that runs one idempotent task. Containers that depend on it start after it succeeded.
 *
 * The provider ignores the exit code, so a postcondition checks it and shows the job's output. The exited container remains in the
 * state as the record of the run.
 */
export class JobContainer extends PartContainer {
  constructor(scope: Construct, id: string, props: JobContainerProps) {
    const { stage, part, purpose, replaceTriggeredBy } = props;
    super(scope, id, props, {
      restart: 'no',
      attach: true,
      logs: true,
      mustRun: false,
      ...(replaceTriggeredBy && {
        lifecycle: {
          replaceTriggeredBy: replaceTriggeredBy.map((it) => `${it.terraformResourceType}.${it.friendlyUniqueId}.id`),
        },
      }),
    });
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform's expressions
    // Set by override: cdktf would replace `self` by a reference to the resource, which Terraform rejects here.
    this.addOverride('lifecycle.postcondition', [
      {
        condition: '${self.exit_code == 0}',
        error_message: `${purpose} failed (exit code \${self.exit_code}). Output:\n\${self.container_logs}\nFix the cause and run npm run deploy again. With cdktf, first run docker rm ${stage.prefix}-${part}.`,
      },
    ]);
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform's expressions
  }
}
