import { Network as DockerNetwork } from '@cdktf/provider-docker/lib/network/index.js';
import { Construct } from 'constructs';
import { labels, type Stage } from '../stage.js';

export interface NetworkProps {
  readonly stage: Stage;
}

/** The stage's bridge network. Its containers reach each other by name, and no other stage's. */
export class Network extends Construct {
  /** Reference to the network resource. */
  readonly name: string;

  constructor(scope: Construct, id: string, { stage }: NetworkProps) {
    super(scope, id);
    const network = new DockerNetwork(this, 'network', {
      name: stage.network,
      driver: 'bridge',
      labels: [{ label: labels.stage, value: stage.name }],
    });
    network.overrideLogicalId('stage');
    this.name = network.name;
  }
}
