import { Image } from '@cdktf/provider-docker/lib/image/index.js';
import { Construct } from 'constructs';
import { projectRoot } from '../../platform/settings/project.js';
import { appImageInputs } from '../app-image-inputs.js';
import { images, referenceOf } from '../images.js';
import type { Stage } from '../stage.js';
import { literal } from './container-part.js';

export interface AppImageProps {
  readonly stage: Stage;
}

/**
 * The app's image, built from the repository's Dockerfile. The hash of all that goes into it is its tag, so that it is built anew
 * exactly when that changes: the provider does not look at a build's context.
 */
export class AppImage extends Construct {
  /** The image's name, as its resource tells it. */
  readonly name: string;

  constructor(scope: Construct, id: string, { stage }: AppImageProps) {
    super(scope, id);
    const base = referenceOf(images.node);
    const { hash } = appImageInputs(projectRoot, base);
    const image = new Image(this, 'image', {
      name: `${stage.image}-${hash.slice(0, 12)}`,
      // Containers that still run it would make its removal fail.
      keepLocally: true,
      buildAttribute: { context: literal(projectRoot), buildArgs: { NODE_IMAGE: base } },
      // The containers that run the old one go on until the new one is there.
      lifecycle: { createBeforeDestroy: true },
    });
    image.overrideLogicalId('app');
    this.name = image.name;
  }
}
