import { Image } from '@cdktf/provider-docker/lib/image/index.js';
import { Construct } from 'constructs';
import { type ImageName, images, referenceOf } from '../images.js';

export interface RegistryImageProps {
  readonly image: ImageName;
}

/** An image that is pulled where it is missing, and stays when the stage goes: other stages and people use it too. */
export class RegistryImage extends Construct {
  /** The image's name, as its resource tells it. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: RegistryImageProps) {
    super(scope, id);
    const reference = images[props.image];
    const image = new Image(this, 'image', { name: referenceOf(reference), keepLocally: true });
    image.overrideLogicalId(reference.name.replace('/', '_'));
    this.name = image.name;
  }
}
