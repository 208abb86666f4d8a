import type { CanonicalKind } from './canonical.js';

/**
 * One entry per environment variable. JSON Schema as ajv reads it, and beside it what people and tools need:
 * `description` (what it is for, with the unit), `secret` (never shown; may also be given as `<NAME>_FILE`),
 * `required` (no sensible default exists) and `group` (the heading it stands under in the documents).
 */
export type SettingSchema = {
  readonly description: string;
  readonly group: SettingGroup;
  readonly secret?: true;
  readonly required?: true;
  /** The path of a file that must be there and readable. */
  readonly file?: true;
} & (
  | {
      readonly type: 'string';
      readonly default?: string;
      readonly pattern?: string;
      readonly minLength?: number;
      readonly enum?: readonly string[];
      /** It is compared with what others write in one form, and is brought into that form. */
      readonly canonical?: CanonicalKind;
    }
  | { readonly type: 'integer'; readonly default: number; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'boolean'; readonly default: boolean }
  | {
      readonly type: 'array';
      readonly items:
        | { readonly type: 'string'; readonly enum: readonly string[] }
        | { readonly type: 'string'; readonly pattern: string };
      readonly default: readonly string[];
      /** As above, for each item. */
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
  'Deployment (cdktf)',
  'Embedded (npm start)',
] as const;
export type SettingGroup = (typeof settingGroups)[number];
