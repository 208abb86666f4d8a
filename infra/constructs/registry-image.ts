import { Image } from '@cdktf/provider-docker/lib/image/index.js';
import type { Construct } from 'constructs';
import { type ImageReference, referenceOf } from '../images.js';

/** An image from a registry. Stays on the engine when the stage is destroyed, because other stages may use it. */
export class RegistryImage extends Image {
  constructor(scope: Construct, id: string, reference: ImageReference) {
    super(scope, id, { name: referenceOf(reference), keepLocally: true });
    this.overrideLogicalId(id.replace('image-', '').replaceAll(/[^\w-]/g, '_'));
  }
}
