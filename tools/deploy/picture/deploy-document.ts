import { product } from '../../../config/product.js';
import { stageConfiguration } from '../../../infra/stage-configuration.js';
import { readSettings } from '../../../platform/settings/settings.js';
import { type PicturedConfiguration, stagePicture } from './stage-picture.js';

const begin = '<!-- From here: written by `npm run generate:picture` from what infra/ gives Terraform. -->';
const end = '<!-- To here. -->';

/**
 * Replaces the picture between the two comments of docs/deploy.md by one of the stage `dev` with default settings.
 * @throws {Error} the comments are missing
 */
export function withPicture(document: string): string {
  const [before, rest] = document.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`The comments around the picture are missing: ${begin} … ${end}`);
  const { settings } = readSettings(product, { ATLAS_STAGE: 'dev' }, { optional: ['POSTGRES_PASSWORD'] });
  const picture = stagePicture(JSON.parse(stageConfiguration(settings)) as PicturedConfiguration);
  return [before, begin, '\n```mermaid\n', picture, '\n```\n', end, after].join('');
}
