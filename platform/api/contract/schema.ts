/** JSON Schema 2020-12. The same object validates a request and appears in the OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;
