interface Value {
  /** Converts the text. @throws {Error} with the reason, if the text is not valid @default - no conversion */
  readonly parse?: (text: string) => unknown;
  readonly default?: string;
  readonly required?: true;
}

/** An option: a flag unless it has a `value`. */
export interface Option extends Value {
  readonly help: string;
  readonly short?: string;
  /** Name of the value in the help text, such as `N`. */
  readonly value?: string;
  /** Can be repeated: `parse` receives the texts joined by commas. */
  readonly repeatable?: true;
  /** Name of an option that cannot be combined with this one. */
  readonly excludes?: string;
}

export interface Command {
  readonly options?: Readonly<Record<string, Option>>;
  /** `repeatable`: any number of texts, which stay as they are. */
  readonly argument?: Value & { readonly name: string; readonly repeatable?: true };
}

/** A program with commands, or with one command only. */
export interface Program extends Command {
  /** What users type before the options: `npm run keys --`, or `npm run` if each command is an npm script. */
  readonly call: string;
  readonly summary: string;
  readonly commands?: Readonly<Record<string, Command & { readonly help: string }>>;
  /** End of the help text: exit codes, settings. */
  readonly notes: string;
}

type Text<V> =
  | (V extends { readonly parse: (text: string) => infer T } ? T : string)
  | (V extends { readonly required: true } | { readonly default: string } ? never : undefined);
type CamelCase<N extends string> = N extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : N;
type Options<C> = C extends { readonly options: infer O }
  ? { readonly [N in keyof O & string as CamelCase<N>]: O[N] extends { readonly value: string } ? Text<O[N]> : boolean }
  : unknown;
type Argument<C> = C extends { readonly argument: infer A extends { readonly name: string } }
  ? { readonly [N in A['name']]: A extends { readonly repeatable: true } ? readonly string[] : Text<A> }
  : unknown;

/** A parsed command line: the command (if the program has any), its options in camel case, and its argument. */
export type Request<P> = P extends { readonly commands: infer C }
  ? { [N in keyof C]: { readonly command: N } & Options<C[N]> & Argument<C[N]> }[keyof C]
  : Options<P> & Argument<P>;
