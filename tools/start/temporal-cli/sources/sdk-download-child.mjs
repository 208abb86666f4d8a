/**
 * Lets Temporal's SDK download its dev server: `node sdk-download-child.mjs <folder> <version>`.
 * It runs as the leader of a process group. When standard input closes, its parent has ended: it kills its group.
 */
process.stdin.once('close', () => process.kill(-process.pid, 'SIGKILL')).resume();

const [downloadDir, version] = process.argv.slice(2);
if (!downloadDir || !version) throw new Error('usage: sdk-download-child.mjs <folder> <version>');

try {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version } },
  });
  await server.teardown();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${reason(error)}\n`);
  process.exit(1);
}

/** @param {unknown} error */
function reason(error) {
  const message = error instanceof Error ? error.message : String(error);
  // The SDK joins its causes in one line, which names the address twice.
  return message.split('client error (Connect): ').at(-1) ?? message;
}
