import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type InputFault, InputInvalid } from '../errors/runs.js';
import { jsonPointer } from './json-pointer.js';

/** Compiles schemas of the dialect that OpenAPI 3.1 has, so that the contract can show what is validated. */
export function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: 'log', allowUnionTypes: true });
  addFormats.default(ajv);
  return ajv;
}

/** A schema can find as many faults as the input has values; nobody reads more than these. */
const maxFaults = 100;

/**
 * @param what - what is checked, as the error's sentence begins: `The input of greet`
 * @throws {InputInvalid}
 */
export function check(what: string, validate: ValidateFunction, input: unknown): void {
  if (!validate(input)) throw new InputInvalid(what, (validate.errors ?? []).slice(0, maxFaults).map(describe));
}

/** A fault that ajv found, pointing at the property that is missing or not allowed itself rather than at what holds it. */
function describe({ instancePath, keyword, params, message }: ErrorObject): InputFault {
  const property = params['missingProperty'] ?? params['additionalProperty'];
  const pointer = property === undefined ? instancePath : `${instancePath}${jsonPointer([String(property)])}`;
  if (keyword === 'required') return { pointer, detail: 'is required' };
  if (keyword === 'additionalProperties') return { pointer, detail: 'is not allowed' };
  if (keyword === 'enum')
    return { pointer, detail: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
  return { pointer, detail: message ?? 'is not valid' };
}
