import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';
import { envExample, settingsDocument } from './documents.js';

writeFileSync(join(projectRoot, '.env.example'), envExample());
writeFileSync(join(projectRoot, 'docs/settings.md'), settingsDocument());
