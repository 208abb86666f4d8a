import { Image } from '@cdktf/provider-docker/lib/image/index.js';
import { Construct } from 'constructs';
import { type ImageName, images, referenceOf } from '../images.js';

export interface RegistryImageProps {
  readonly image: ImageName;
}

/** An image from a registry. Stays on the engine when the stage is destroyed, because other stages may use it. */
export class RegistryImage extends Construct {
  /** Reference to the image resource: containers that use it depend on the image. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: RegistryImageProps) {
    super(scope, id);
    const reference = images[props.image];
    const image = new Image(this, 'image', { name: referenceOf(reference), keepLocally: true });
    image.overrideLogicalId(reference.name.replace('/', '_'));
    this.name = image.name;
  }
}
