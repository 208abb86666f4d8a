/**
 * Lets Temporal's SDK download its dev server: `node sdk-download-child.mjs <folder> <version>`.
 * Run as the leader of a process group. When standard input closes, whoever started it is gone: it ends, and its group with it.
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
  // The SDK chains its causes into one line, and names the address twice.
  return message.split('client error (Connect): ').at(-1) ?? message;
}
