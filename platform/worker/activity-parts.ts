import type { Sequelize } from 'sequelize';
import type { Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import type { ProductSettings } from '../settings/define-settings.js';
import type { SettingsOf } from '../settings/settings.js';
import type { TemporalClient } from '../temporal/connection.js';

/** Dependencies that a worker passes to its activities. `ActivityParts<typeof product>` has the product's settings too. */
export interface ActivityParts<P extends Product<ProductSettings> = Product> {
  /** The platform's, and those of the product that the worker uses. */
  readonly settings: SettingsOf<P, 'worker'>;
  readonly logger: Logger;
  readonly sequelize: Sequelize;
  readonly client: TemporalClient;
}
