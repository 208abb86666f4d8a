import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { withPicture } from './deploy-document.js';

const path = join(projectRoot, 'docs/deploy.md');
writeFileSync(path, withPicture(readFileSync(path, 'utf8')));
