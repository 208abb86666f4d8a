import type { CanonicalKind } from './canonical.js';
import type { ProcessName } from './names.js';
import type { ValueOf } from './setting.js';
import type { SettingName } from './settings-schema.js';

interface Common {
  /** Purpose and unit, without a full stop. It appears in docs/settings.md and .env.example. */
  readonly description: string;
  /** The processes that receive the setting. The others neither require nor see it. */
  readonly usedBy: readonly [ProcessName, ...ProcessName[]];
}

/**
 * A setting has a default, or is required by the processes that use it, or is optional. `testValue` is the value in tests; a required
 * setting needs one, so that the tests of a fresh clone run.
 */
type Value<T> =
  | { readonly default: T; readonly testValue?: T; readonly optional?: never }
  | { readonly testValue: T; readonly default?: never; readonly optional?: never }
  | { readonly optional: true; readonly testValue?: T; readonly default?: never };

/** Never printed, and never generated: the team supplies it with `npm run secrets`. It has no default. */
type Secret = { readonly secret: true; readonly type: 'string'; readonly pattern?: string } & Exclude<
  Value<string>,
  { readonly default: string }
>;

interface Text {
  readonly secret?: never;
  readonly type: 'string';
  /** Regular expression, anchored with `^` and `$`. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Accepts only this kind of value, and converts it to its canonical form. */
  readonly canonical?: CanonicalKind;
  /** The value is the path of a file that must be readable, in the container too. */
  readonly file?: true;
}

interface WholeNumber {
  readonly secret?: never;
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
}

interface YesOrNo {
  readonly secret?: never;
  readonly type: 'boolean';
}

/** A comma-separated list. */
interface List {
  readonly secret?: never;
  readonly type: 'array';
  readonly items:
    | { readonly type: 'string'; readonly enum: readonly string[] }
    | { readonly type: 'string'; readonly pattern: string };
  readonly uniqueItems: true;
  readonly canonical?: CanonicalKind;
  readonly minItems?: 1;
}

/** A setting of the product, in the form of the platform's settings. */
export type SettingDefinition = Common &
  (
    | Secret
    | (Text & Value<string>)
    | (WholeNumber & Value<number>)
    | (YesOrNo & Value<boolean>)
    | (List & Value<readonly string[]>)
  );

/** The settings of a product, by the name of their variable. */
export type ProductSettings = Readonly<Record<string, SettingDefinition>>;

/** A product without settings of its own. */
export type NoSettings = Readonly<Record<never, never>>;

/** Error text in place of a definition whose name is not valid. */
type NameFault<Name> = Name extends SettingName | `${SettingName}_FILE`
  ? `${Name} is a setting of the platform: choose another name`
  : Name extends string
    ? Uppercase<Name> extends Name
      ? unknown
      : `${Name} must be upper-case letters, digits and _`
    : unknown;

/** The values of the product's settings in a process: those that it uses, by the name of their variable. */
export type ProductValues<S, N extends ProcessName> = {
  readonly [Name in keyof S as S[Name] extends { usedBy: readonly (infer User)[] }
    ? N extends User
      ? Name
      : never
    : never]: ValueOf<S[Name]> | (S[Name] extends { optional: true } ? undefined : never);
};

/**
 * Defines the product's settings. Hand them to `defineProduct`. Each process validates those that it uses together with the platform's at
 * its start, and receives their values with the platform's, typed.
 */
export const defineSettings = <const S extends ProductSettings>(
  settings: S & { readonly [Name in keyof S]: NameFault<Name> },
): S => Object.freeze(settings);
