import { Image } from '@cdktf/provider-docker/lib/image/index.js';
import type { Construct } from 'constructs';
import { product } from '../../config/product.js';
import { projectRoot } from '../../platform/settings/project.js';
import { appImageInputs } from '../app-image-inputs.js';
import { images, referenceOf } from '../images.js';
import type { Stage } from '../stage.js';
import { literal } from './container-part.js';

/**
 * The app's image, built from the repository's Dockerfile. Its tag contains the hash of all its inputs, because the provider does not
 * notice changes of the build context.
 */
export class AppImage extends Image {
  constructor(scope: Construct, id: string, stage: Stage) {
    const base = referenceOf(images.node);
    const { hash } = appImageInputs(projectRoot, base);
    super(scope, id, {
      name: `${stage.image}-${hash.slice(0, 12)}`,
      // Docker cannot remove an image that containers still use.
      keepLocally: true,
      buildAttribute: { context: literal(projectRoot), buildArgs: { NODE_IMAGE: base, IMAGE_TITLE: product.name } },
      // The old containers run until the new image exists.
      lifecycle: { createBeforeDestroy: true },
    });
    this.overrideLogicalId('app');
  }
}
