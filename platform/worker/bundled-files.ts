import { sep } from 'node:path';
import { projectRoot, sourceOf } from '../settings/project.js';
import { cachedInputs } from './bundle-cache.js';

/** Names the bundle in the cache. Apart from the bundler, because that takes half a second to load. */
export const bundleEntry = (folder: string, workflowsPath: string) => ({
  folder,
  root: projectRoot,
  // The bundle of the sources differs from that of the compiled code, and webpack names modules relative to the working directory.
  mode: [process.version, process.cwd(), sourceOf(workflowsPath)],
});

/** Absolute paths of the files in the cached bundle, and of those that webpack looked for and did not find. Packages are left out. */
export const bundledFiles = (folder: string, workflowsPath: string): string[] =>
  cachedInputs(bundleEntry(folder, workflowsPath)).filter((path) => !path.includes(`${sep}node_modules${sep}`));
