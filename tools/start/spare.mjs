// `node spare.mjs PROGRAM`: loads the packages and the code of the platform that an app's program imports, waits, and then runs the
// program. So a change of the product is served sooner. Standard input tells when, with variables to add to the environment, as JSON.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [, , program = ''] = process.argv;
const url = pathToFileURL(program);

/** The product's code is not loaded before the program runs: it may change until then. */
const platformImports = readFileSync(program, 'utf8').matchAll(/^import [^;]*["'](\.\.\/platform\/[^"']+)["']/gm);
for (const [, specifier = ''] of platformImports) await import(new URL(specifier, url).href);

const variables = await text(process.stdin);
// The supervisor has ended, or stops this process.
if (variables === '') process.exit();
Object.assign(process.env, JSON.parse(variables));
process.argv.splice(1, 1);
// The app runs from here on.
const waited = process.uptime();
const uptime = process.uptime.bind(process);
process.uptime = () => uptime() - waited;
await import(url.href);
