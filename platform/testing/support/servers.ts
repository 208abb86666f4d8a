/** A variable with which `npm test` passes its servers and bundles to the tests. */
export function serverVariable(
  name: 'TEST_POSTGRES_URL' | 'TEST_TEMPORAL_ADDRESS' | 'TEST_FIXTURE_BUNDLE' | 'TEST_PRODUCT_BUNDLE',
): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: this test needs the servers that \`npm test\` starts; run \`npm test -- <file>\``,
    );
  }
  return value;
}
