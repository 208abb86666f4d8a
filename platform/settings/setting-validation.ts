import { Ajv } from 'ajv';
import { type CanonicalKind, canonical } from './canonical.js';

/** A validator that knows the keywords of settings. */
export function createAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: true,
    keywords: ['group', 'secret', 'file', 'usedBy'],
  });
  ajv.addKeyword({
    keyword: 'canonical',
    validate: (kind: CanonicalKind, value: string | string[]) =>
      [value].flat().every((item) => canonical[kind](item) !== undefined),
  });
  return ajv;
}
