import { product } from '../../../config/product.js';
import { stageConfiguration } from '../../../infra/stage-configuration.js';
import { readSettings } from '../../../platform/settings/settings.js';
import { type PicturedConfiguration, stagePicture } from './stage-picture.js';

const begin = '<!-- From here: written by `npm run generate:picture` from what infra/ gives Terraform. -->';
const end = '<!-- To here. -->';

/**
 * The text of docs/deploy.md with the picture of the stage `dev` as it comes, whatever is set here, in place of the one that stands
 * between the two comments.
 * @throws {Error} the comments are not there
 */
export function withPicture(document: string): string {
  const [before, rest] = document.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined) throw new Error(`no place for the picture: ${begin} … ${end}`);
  const { settings } = readSettings(product, { ATLAS_STAGE: 'dev' }, { optional: ['POSTGRES_PASSWORD'] });
  const picture = stagePicture(JSON.parse(stageConfiguration(settings)) as PicturedConfiguration);
  return [before, begin, '\n```mermaid\n', picture, '\n```\n', end, after].join('');
}
