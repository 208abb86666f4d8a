import type { Construct } from 'constructs';
import type { settings } from '../../config/settings.js';
import type { DeploySettings } from '../container-environment.js';
import type { ImageReference } from '../images.js';
import type { PartContainer, PartProps } from './container-part.js';

/** What a stage passes to a container of the product. */
export interface OwnContainerProps extends Omit<PartProps, 'image'> {
  /** The name in `ownContainers`: the host name in the stage's network. */
  readonly part: string;
  readonly settings: DeploySettings;
  /** @returns the `image` for the container */
  readonly imageFrom: (reference: ImageReference) => string;
}

export interface OwnContainer {
  readonly construct: new (scope: Construct, id: string, props: OwnContainerProps) => PartContainer;
  /** Values of the product's settings in every stage, such as this container's address. @default - as the user who deploys sets them */
  readonly settings?: Readonly<Partial<Record<keyof typeof settings, string>>>;
}

/** By the name of their part. */
export type OwnContainers = Readonly<Record<string, OwnContainer>>;
