import type { Container } from '@cdktf/provider-docker/lib/container/index.js';
import { Construct } from 'constructs';
import { type ContainerPartProps, createContainer } from './container-part.js';

export interface JobContainerProps extends Omit<ContainerPartProps, 'aliases'> {
  /** What the job is for, as it stands in the message when it fails: `Preparing the app's database`. */
  readonly purpose: string;
  /** Resources after whose replacement it has to run once more. @default - when its own definition changes */
  readonly replaceTriggeredBy?: readonly Container[];
}

/**
 * A container that does one thing and ends; what comes after it waits until it has ended well.
 *
 * It must be safe to run again. The provider takes any end for a success, so a postcondition reads the exit code and tells what the
 * job said. The container stays, ended, as the record of what was done: no ports, and nothing restarts it.
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
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform's own expressions
    // By override: written as text in this language, `self` could not be told from the resource itself, which Terraform refuses.
    this.container.addOverride('lifecycle.postcondition', [
      {
        condition: '${self.exit_code == 0}',
        error_message: `${props.purpose} failed (exit code \${self.exit_code}). What it said:\n\${self.container_logs}\nMend the cause and deploy again: with npm run deploy; or with docker rm ${name}, and cdktf.`,
      },
    ]);
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform's own expressions
  }
}
