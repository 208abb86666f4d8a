import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readTextFile } from './text-file.js';

function fileWith(t: ExecutionContext, bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-text-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), bytes);
  return join(folder, 'file');
}

const text = 'NAME=Zoë 😀\n';
const utf16 = Buffer.from(text, 'utf16le');
const swapped = Buffer.from(utf16).swap16();
const mark = (...bytes: number[]) => Buffer.from(bytes);

const readable = {
  'UTF-8': Buffer.from(text),
  'UTF-8 with a byte order mark': Buffer.concat([mark(0xef, 0xbb, 0xbf), Buffer.from(text)]),
  'UTF-16 little endian': Buffer.concat([mark(0xff, 0xfe), utf16]),
  'UTF-16 big endian': Buffer.concat([mark(0xfe, 0xff), swapped]),
};
for (const [name, bytes] of Object.entries(readable))
  test(`reads ${name}`, (t) => t.is(readTextFile(fileWith(t, bytes)), text));

const rejected: Record<string, [Buffer, RegExp]> = {
  'UTF-16 little endian without a mark': [
    utf16,
    /NUL byte in line 1, possibly because it is UTF-16 without a byte order mark/,
  ],
  'UTF-16 big endian without a mark': [
    swapped,
    /NUL byte in line 1, possibly because it is UTF-16 without a byte order mark/,
  ],
  'truncated UTF-16': [Buffer.concat([mark(0xff, 0xfe), utf16.subarray(1)]), /starts as UTF-16/],
  'UTF-16 with half a character': [Buffer.concat([mark(0xff, 0xfe), mark(0x3d, 0xd8)]), /starts as UTF-16/],
  'UTF-32 little endian': [mark(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0), /UTF-32/],
  'UTF-32 big endian': [mark(0, 0, 0xfe, 0xff, 0, 0, 0, 0x41), /UTF-32/],
  'Windows-1252': [Buffer.concat([Buffer.from('A=1\nB='), mark(0x93, 0x94)]), /not valid UTF-8 in line 2/],
  'Latin-1': [
    Buffer.from('A=1\r\nB=2\rC=Zoë', 'latin1'),
    /not valid UTF-8 in line 3, possibly because it is Windows-1252 or Latin-1/,
  ],
  'truncated UTF-8': [Buffer.from(text).subarray(0, -3), /not valid UTF-8 in line 1/],
};
for (const [name, [bytes, message]] of Object.entries(rejected))
  test(`rejects ${name}`, (t) => {
    const path = fileWith(t, bytes);
    const error = t.throws(() => readTextFile(path));
    t.regex(error.message, message);
    t.true(error.message.startsWith(`the file ${path} `));
    t.regex(error.message, /; save it as UTF-8$/);
  });

test('accepts a replacement character in the text', (t) => {
  t.is(readTextFile(fileWith(t, Buffer.from('a\ufffdb'))), 'a\ufffdb');
  const path = fileWith(t, Buffer.concat([Buffer.from('\ufffd\n'), mark(0xe9)]));
  t.regex(t.throws(() => readTextFile(path)).message, /in line 2/);
});

test('reads an empty file, and reports the error code of an unreadable one', (t) => {
  t.is(readTextFile(fileWith(t, Buffer.alloc(0))), '');
  t.is(readTextFile('/dev/null'), '');
  t.like(
    t.throws(() => readTextFile('/nowhere')),
    { code: 'ENOENT', message: 'the file /nowhere cannot be read (ENOENT)' },
  );
  t.like(
    t.throws(() => readTextFile('/')),
    { code: 'EISDIR' },
  );
});
