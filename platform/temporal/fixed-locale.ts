/**
 * Fixes the locale that workflow code sees. Without it, `toLocaleString()` and `Intl` follow the host's LANG and LC_ALL, and a run that
 * continues on another host fails as non-deterministic. The worker fixes the time zone (runtime.ts).
 * Part of the workflow bundle, loaded before any workflow, while the sandbox's built-in objects can still be changed.
 */
const locale = 'en-US';

type Arguments = unknown[];
type Callable = (...args: Arguments) => unknown;

/** Adds the last resort of every lookup, so that unknown locales do not fall back to the host's. */
const withFallback = (locales: unknown): unknown[] =>
  Array.isArray(locales) ? [...locales, locale] : locales === undefined ? [locale] : [locales, locale];

/** @param position - index of the argument with the locales */
const fixed = (args: Arguments, position: number): Arguments =>
  Object.assign([...args], { [position]: withFallback(args[position]) });

function fixConstructors(): void {
  for (const name of Object.getOwnPropertyNames(Intl)) {
    const original: unknown = Reflect.get(Intl, name);
    if (typeof original !== 'function' || !original.prototype?.resolvedOptions) continue;
    const replacement = new Proxy(original as Callable, {
      apply: (target, self, args) => Reflect.apply(target, self, fixed(args, 0)),
      construct: (target, args, newTarget) => Reflect.construct(target, fixed(args, 0), newTarget),
    });
    Object.defineProperty(Intl, name, { value: replacement });
    Object.defineProperty(original.prototype, 'constructor', { value: replacement });
  }
}

/** Methods with an argument for locales, and its index. */
const methods: readonly (readonly [prototype: object, position: number, ...names: string[]])[] = [
  [Number.prototype, 0, 'toLocaleString'],
  [BigInt.prototype, 0, 'toLocaleString'],
  [Date.prototype, 0, 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'],
  [String.prototype, 0, 'toLocaleLowerCase', 'toLocaleUpperCase'],
  [String.prototype, 1, 'localeCompare'],
];

function wrap(prototype: object, name: string, apply: NonNullable<ProxyHandler<Callable>['apply']>): void {
  const original = Reflect.get(prototype, name) as Callable;
  Object.defineProperty(prototype, name, { value: new Proxy(original, { apply }) });
}

function fixMethods(): void {
  for (const [prototype, position, ...names] of methods)
    for (const name of names)
      wrap(prototype, name, (target, self, args) => Reflect.apply(target, self, fixed(args, position)));
}

/** These methods name the time zone in the host's language. */
function fixZoneName(): void {
  for (const name of ['toString', 'toTimeString'])
    wrap(Date.prototype, name, (target, self, args) =>
      String(Reflect.apply(target, self, args)).replace(/\(.*\)$/, '(Coordinated Universal Time)'),
    );
}

fixConstructors();
fixMethods();
fixZoneName();
