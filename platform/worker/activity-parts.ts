import type { Sequelize } from 'sequelize';
import type { Logger } from '../observability/logger.js';
import type { Settings } from '../settings/settings.js';
import type { TemporalClient } from '../temporal/connection.js';

/** Dependencies that a worker passes to its activities. */
export interface ActivityParts {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly sequelize: Sequelize;
  readonly client: TemporalClient;
}
