import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type ModelAttributes,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { v7 as uuidv7 } from 'uuid';

/** The fields that every model has. They are filled in: none is given on creation unless it must be known before. */
export abstract class BaseModel<M extends Model> extends Model<InferAttributes<M>, InferCreationAttributes<M>> {
  /** UUID v7: sorts by the time of creation, and ids that one process makes within a millisecond keep their order. */
  declare readonly id: CreationOptional<string>;
  declare readonly createdAt: CreationOptional<Date>;
  declare readonly updatedAt: CreationOptional<Date>;
  /** Counts the changes of the row. `save()` throws when somebody else has changed it since it was read. */
  declare readonly version: CreationOptional<number>;
}

type BaseField = 'id' | 'createdAt' | 'updatedAt' | 'version';

/**
 * Binds a model class to a connection, with the common fields, snake_case columns and optimistic locking.
 * The table is made by a migration, never from here.
 */
export function initModel<M extends BaseModel<M>>(
  model: ModelStatic<M>,
  attributes: Omit<ModelAttributes<M, InferAttributes<M>>, BaseField>,
  options: { readonly sequelize: Sequelize; readonly tableName: string },
): void {
  model.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      ...attributes,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    } as ModelAttributes<M, InferAttributes<M>>,
    { ...options, timestamps: true, underscored: true, version: true },
  );
}
