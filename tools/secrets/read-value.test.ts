import { PassThrough, Readable } from 'node:stream';
import test from 'ava';
import { readValue } from './read-value.js';

const piped = (...chunks: (string | Buffer)[]) => readValue('SHOP_KEY', Readable.from(chunks), new PassThrough());

test('reads a pipe without its last line break', async (t) => {
  for (const [text, value] of Object.entries({
    sk: 'sk',
    'sk\n': 'sk',
    'sk\r\n': 'sk',
    'sk\n\n': 'sk\n',
    ' sk ': ' sk ',
    'a\nb': 'a\nb',
  }))
    t.is(await piped(text), value);
  const bytes = Buffer.from('Zoë');
  t.is(await piped(bytes.subarray(0, 3), bytes.subarray(3)), 'Zoë');
});

test('rejects a value that is empty, too long or not UTF-8, without showing it', async (t) => {
  for (const empty of ['', '\n', '\r\n']) await t.throwsAsync(piped(empty), { message: /SHOP_KEY is empty/ });
  await t.throwsAsync(piped('x'.repeat(70_000)), { message: /has more than 65536 bytes/ });
  await t.throwsAsync(piped(Buffer.from([0x63, 0xff])), { message: /is not valid UTF-8/ });
});

function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const prompt = new PassThrough();
  return { input, shown: () => String(prompt.read()), value: readValue('SHOP_KEY', input, prompt) };
}

test('asks on a terminal, and does not show the value', async (t) => {
  const { input, shown, value } = terminal();
  input.write('canaryy\u007f\r');
  t.is(await value, 'canary');
  t.is(shown(), 'Value of SHOP_KEY (not shown): \n');
});

test('Ctrl-C and Ctrl-D at the question change nothing', async (t) => {
  for (const key of ['\u0003', '\u0004']) {
    const { input, value } = terminal();
    input.write(key);
    await t.throwsAsync(value, { message: 'Stopped. SHOP_KEY is unchanged' });
  }
});
