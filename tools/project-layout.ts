/**
 * The folders of the repository. Lists of folders elsewhere are made from this one, or `npm run check` compares them with it.
 * Every other folder belongs to the product's app: API and worker run it, the image contains it, coverage counts it.
 */
export const projectLayout = {
  /** Folders of the product in every scaffold. A team can add others. */
  product: ['activities', 'api', 'config', 'database', 'migrations', 'worker', 'workflows'],
  /** Folders that are not part of the app. */
  outsideApp: ['client', 'docs', 'infra', 'platform/testing', 'test', 'tools'],
  /** Folders of `tools/` that the app's image contains, because a deployed stage runs them. */
  toolsInImage: ['tools/bundle', 'tools/cli', 'tools/keys', 'tools/migrate'],
  /** Folders that git ignores. */
  generated: ['cdktf.out', 'coverage', 'dist', 'node_modules'],
  /** Top-level folders that a product team does not edit. */
  notEdited: ['platform', 'tools'],
} as const;

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Whether a file or folder is not part of the app, by its folder. @param path - from the root, with `/` */
export const isOutsideApp = (path: string): boolean =>
  [...projectLayout.outsideApp, ...projectLayout.generated].some((folder) => isBelow(path, folder));

/** Whether a file is part of the app that API and worker run. @param file - its path from the root, with `/` */
export const isAppSource = (file: string): boolean =>
  file.includes('/') && /\.(ts|mjs|json)$/.test(file) && !file.endsWith('.test.ts') && !isOutsideApp(file);
