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

/** The attributes that every model has. Sequelize fills them in on creation. */
export abstract class BaseModel<M extends Model> extends Model<InferAttributes<M>, InferCreationAttributes<M>> {
  /** UUID v7: sorts by time of creation, also among the ids that one process creates within a millisecond. */
  declare readonly id: CreationOptional<string>;
  declare readonly createdAt: CreationOptional<Date>;
  declare readonly updatedAt: CreationOptional<Date>;
}

type BaseAttribute = 'id' | 'createdAt' | 'updatedAt';

/**
 * Initialises a model class with the common attributes and snake_case columns.
 * Migrations create the table: never call `sync`.
 */
export function initModel<M extends BaseModel<M>>(
  model: ModelStatic<M>,
  attributes: Omit<ModelAttributes<M, InferAttributes<M>>, BaseAttribute>,
  options: { readonly sequelize: Sequelize; readonly tableName: string },
): void {
  model.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      ...attributes,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    } as ModelAttributes<M, InferAttributes<M>>,
    { ...options, timestamps: true, underscored: true },
  );
}
