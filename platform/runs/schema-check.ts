import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type InputFault, InputInvalid } from '../errors/runs.js';
import { jsonPointer } from './json-pointer.js';

/** For the JSON Schema dialect of OpenAPI 3.1, so that the contract shows the schemas that are validated. */
export function createAjv(): Ajv2020 {
  const ajv = createWithDialect();
  // Each instance would compile the schema of schemas again, which takes some 40 ms.
  ajv.validateSchema = (schema, throwOrLogError) => {
    const result = dialect.validateSchema(schema, throwOrLogError);
    ajv.errors = dialect.errors ?? null;
    return result;
  };
  return ajv;
}

function createWithDialect(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: 'log', allowUnionTypes: true });
  addFormats.default(ajv);
  return ajv;
}

/** Validates the schemas of all instances. */
const dialect = createWithDialect();

/** Bounds the answer: a schema can find as many faults as the input has values. */
const maxFaults = 100;

/**
 * @param what - subject of the error's sentence: `The input of greet`
 * @throws {InputInvalid}
 */
export function check(what: string, validate: ValidateFunction, input: unknown): void {
  if (!validate(input)) throw new InputInvalid(what, (validate.errors ?? []).slice(0, maxFaults).map(describe));
}

/** Points at the missing or additional property itself; ajv points at the object around it. */
function describe({ instancePath, keyword, params, message }: ErrorObject): InputFault {
  const property = params['missingProperty'] ?? params['additionalProperty'];
  const pointer = property === undefined ? instancePath : `${instancePath}${jsonPointer([String(property)])}`;
  if (keyword === 'required') return { pointer, detail: 'is required' };
  if (keyword === 'additionalProperties') return { pointer, detail: 'is not allowed' };
  if (keyword === 'enum')
    return { pointer, detail: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
  return { pointer, detail: message ?? 'is not valid' };
}
