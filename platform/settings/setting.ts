import type { CanonicalKind } from './canonical.js';
import type { ProcessName } from './names.js';

/**
 * Definition of an environment variable: JSON Schema for ajv, and keywords of our own: `description` (purpose and unit), `secret` (never
 * printed; also accepted as `<NAME>_FILE`), `required` (no sensible default exists) and `group` (heading in the documents).
 */
export type SettingSchema = {
  readonly description: string;
  readonly group: SettingGroup;
  readonly secret?: true;
  readonly required?: true;
  /** The processes that read it. @default - any: a setting of the platform */
  readonly usedBy?: readonly ProcessName[];
  /** The value is the path of a file that must be readable. */
  readonly file?: true;
} & (
  | {
      readonly type: 'string';
      readonly default?: string;
      readonly pattern?: string;
      readonly minLength?: number;
      readonly enum?: readonly string[];
      /** The value is converted to the canonical form of this kind. */
      readonly canonical?: CanonicalKind;
    }
  | { readonly type: 'integer'; readonly default?: number; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'boolean'; readonly default?: boolean }
  | {
      readonly type: 'array';
      readonly items:
        | { readonly type: 'string'; readonly enum: readonly string[] }
        | { readonly type: 'string'; readonly pattern: string };
      readonly default?: readonly string[];
      /** Each item is converted to the canonical form of this kind. */
      readonly canonical?: CanonicalKind;
      readonly minItems?: 1;
      readonly uniqueItems: true;
    }
);

export const settingGroups = [
  'General',
  'API',
  'Runs',
  'PostgreSQL',
  'Temporal',
  'Worker',
  'Product',
  'Deployment (cdktf)',
  'Embedded (npm start)',
] as const;
export type SettingGroup = (typeof settingGroups)[number];

/** The type of a setting's values. */
export type ValueOf<S> = S extends { enum: readonly (infer E)[] }
  ? E
  : S extends { type: 'array'; items: { enum: readonly (infer E)[] } }
    ? readonly E[]
    : S extends { type: 'array' }
      ? readonly string[]
      : S extends { type: 'integer' }
        ? number
        : S extends { type: 'boolean' }
          ? boolean
          : string;
