import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';

/**
 * Text of a file in infra/files/. It travels in the container's definition, not as a mount: a change of it is a change of the container, and
 * it is readable there whatever the clone's permissions.
 */
export const configFile = (path: string): string => readFileSync(join(projectRoot, 'infra/files', path), 'utf8');
