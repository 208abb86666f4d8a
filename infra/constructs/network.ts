import { Network } from '@cdktf/provider-docker/lib/network/index.js';
import type { Construct } from 'constructs';
import { labels, type Stage } from '../stage.js';

/** The stage's bridge network. Its containers reach each other by name, and no other stage's. */
export class StageNetwork extends Network {
  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id, {
      name: stage.network,
      driver: 'bridge',
      labels: [{ label: labels.stage, value: stage.name }],
    });
    this.overrideLogicalId('stage');
  }
}
