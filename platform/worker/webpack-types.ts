import type { BundleOptions } from '@temporalio/worker';

/** Webpack's types, from the SDK's own webpack. */
export type WebpackConfig = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
export type WebpackPlugin = Exclude<
  Extract<NonNullable<WebpackConfig['plugins']>[number], { apply: unknown }>,
  (...args: never) => unknown
>;
export type InputFileSystem = NonNullable<Parameters<WebpackPlugin['apply']>[0]['inputFileSystem']>;
