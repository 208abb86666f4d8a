import type { Container } from '@cdktf/provider-docker/lib/container/index.js';
import { Construct } from 'constructs';
import { type ContainerPartProps, createContainer } from './container-part.js';

export interface JobContainerProps extends Omit<ContainerPartProps, 'aliases'> {
  /** Starts the error message when the job fails: `Preparing the app's database`. */
  readonly purpose: string;
  /** The job runs again when one of these containers is replaced. @default - only when its own definition changes */
  readonly replaceTriggeredBy?: readonly Container[];
}

/**
 * A container that runs one idempotent task. Containers that depend on it start after it succeeded.
 *
 * The provider ignores the exit code, so a postcondition checks it and shows the job's output. The exited container remains in the
 * state as the record of the run.
 */
export class JobContainer extends Construct {
  readonly container: Container;

  constructor(scope: Construct, id: string, props: JobContainerProps) {
    super(scope, id);
    const name = `${props.stage.prefix}-${props.part}`;
    this.container = createContainer(this, 'container', props, {
      restart: 'no',
      attach: true,
      logs: true,
      mustRun: false,
      lifecycle: {
        ...(props.replaceTriggeredBy && {
          replaceTriggeredBy: props.replaceTriggeredBy.map(
            (it) => `${it.terraformResourceType}.${it.friendlyUniqueId}.id`,
          ),
        }),
      },
    });
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform's expressions
    // Set by override: cdktf would replace `self` by a reference to the resource, which Terraform rejects here.
    this.container.addOverride('lifecycle.postcondition', [
      {
        condition: '${self.exit_code == 0}',
        error_message: `${props.purpose} failed (exit code \${self.exit_code}). Output:\n\${self.container_logs}\nFix the cause and run npm run deploy again. With cdktf, first run docker rm ${name}.`,
      },
    ]);
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform's expressions
  }
}
