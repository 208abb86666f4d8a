import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { appImageInputs } from '../../infra/app-image-inputs.js';
import { isAppSource, projectLayout } from '../project-layout.js';

/**
 * Compares files with their own list of folders (.dockerignore, tsconfig.build.json, the coverage settings in package.json, the table in
 * README.md) with tools/project-layout.ts.
 * @param sources - paths of all source files of the repository
 * @returns a line for each difference
 */
export function checkLayout(root: string, sources: readonly string[]): string[] {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const unbuilt: readonly string[] = parse(read('tsconfig.build.json')).exclude;
  return [
    ...imageFaults(root, sources),
    ...[...projectLayout.outsideApp, ...projectLayout.generated]
      .filter((folder) => folder !== 'cdktf.out' && !unbuilt.includes(folder))
      .map((folder) => `tsconfig.build.json, exclude: ${folder} is missing`),
    ...coverageFaults(JSON.parse(read('package.json')).c8.exclude, sources),
    ...readmeFaults(read('README.md'), sources),
  ];
}

function imageFaults(root: string, sources: readonly string[]): string[] {
  const inImage = (file: string) =>
    isAppSource(file) ||
    (projectLayout.toolsInImage.some((folder) => file.startsWith(`${folder}/`)) && !/\/test\/|\.test\.ts$/.test(file));
  const sent = appImageInputs(root, '').files.filter((file) => /\/.*\.(ts|mjs)$/.test(file));
  return [
    ...sources
      .filter((file) => inImage(file) && !sent.includes(file))
      .map((file) => `.dockerignore excludes ${file}, which the image needs`),
    ...sent
      .filter((file) => !inImage(file))
      .map((file) => `.dockerignore does not exclude ${file}, which the image does not need`),
  ];
}

/** The coverage must include the app's sources. */
function coverageFaults(excluded: readonly string[], sources: readonly string[]): string[] {
  const folders = excluded.filter((entry) => entry.endsWith('/**')).map((entry) => entry.slice(0, -2));
  const left = folders.filter((folder) => sources.some((file) => isAppSource(file) && file.startsWith(folder)));
  return left.map((folder) => `package.json, c8.exclude: remove ${folder}, which is part of the app`);
}

/** The README describes the folders of the scaffold; a folder that a team adds needs no line there. */
const readmeFaults = (readme: string, sources: readonly string[]): string[] =>
  [...projectLayout.product, ...projectLayout.outsideApp, ...projectLayout.notEdited]
    .filter((folder) => !folder.includes('/') && sources.some((file) => file.startsWith(`${folder}/`)))
    .filter((folder) => !readme.includes(`\`${folder}/\``))
    .map((folder) => `README.md: describe \`${folder}/\``);
