import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../config/product.js';
import { projectRoot } from '../../platform/settings/project.js';

/**
 * The text of a file in infra/files/ without the lines that are comments (`#`), and with the product's type of problem in the place of
 * `{{problemType}}`.
 *
 * The text is part of the container's definition instead of a mount: a change replaces the container, and the clone's file permissions
 * do not matter. A changed comment must not replace it.
 */
export const configFile = (path: string): string =>
  readFileSync(join(projectRoot, 'infra/files', path), 'utf8')
    .replaceAll(/^[ \t]*#.*\n/gm, '')
    .replaceAll('{{problemType}}', product.problemType('unavailable'));
