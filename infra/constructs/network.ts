import { Network as DockerNetwork } from '@cdktf/provider-docker/lib/network/index.js';
import { Construct } from 'constructs';
import { labels, type Stage } from '../stage.js';

export interface NetworkProps {
  readonly stage: Stage;
}

/** The stage's own bridge network: its containers reach each other by name, and nobody else's. */
export class Network extends Construct {
  /** Name of the network, as its resource tells it. */
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
