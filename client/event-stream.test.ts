import test from 'ava';
import { readEvents } from './event-stream.js';

/** The events of a stream that arrives in chunks of so many bytes. */
async function read(text: string, chunkBytes = Number.POSITIVE_INFINITY) {
  const bytes = new TextEncoder().encode(text);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        controller.enqueue(bytes.subarray(from, from + chunkBytes));
      }
      controller.close();
    },
  });
  const retries: number[] = [];
  const events = [];
  for await (const event of readEvents(stream, { silenceMs: 60_000, onRetry: (ms) => retries.push(ms) })) {
    events.push(event);
  }
  return { events, retries };
}

const dataIn = async (text: string, chunkBytes?: number) =>
  (await read(text, chunkBytes)).events.map(({ data }) => data);

test('reads name, data, id and reconnection delay', async (t) => {
  t.deepEqual(await read('retry: 1000\n\nid: 2\nevent: run\ndata: {}\n\n'), {
    events: [{ event: 'run', data: '{}', id: '2' }],
    retries: [1000],
  });
});

test('accepts LF, CR and CRLF, and characters split between chunks', async (t) => {
  const text = 'id: 1\r\ndata: ä\r\ndata: b\rdata: €\n\r\ndata: 😀\r\rdata: c\n\n';
  for (const chunkBytes of [1, 2, 3, 5, 100]) {
    t.deepEqual(await dataIn(text, chunkBytes), ['ä\nb\n€', '😀', 'c'], `chunks of ${chunkBytes}`);
  }
});

test('a CRLF split between chunks ends one line, not two', async (t) => {
  for (const chunkBytes of [1, 8]) t.deepEqual(await dataIn('data: a\r\ndata: b\r\n\r\n', chunkBytes), ['a\nb']);
});

test('joins data lines, and drops one space after the colon', async (t) => {
  t.deepEqual(await dataIn('data:a\ndata:  b\ndata\ndata: c:d\n\n'), ['a\n b\n\nc:d']);
});

test('yields events with empty data, and none without data', async (t) => {
  t.deepEqual(await dataIn('data\n\nevent: run\n\nid: 1\n\ndata: x\n\n'), ['', 'x']);
});

test('a name applies to one event', async (t) => {
  const { events } = await read('event: run\ndata: a\n\ndata: b\n\n');
  t.deepEqual(
    events.map(({ event }) => event),
    ['run', undefined],
  );
});

test('ignores an id with NUL, and keeps an empty one, which clears the last', async (t) => {
  const { events } = await read('id: 2\u00003\ndata: a\n\nid\ndata: b\n\n');
  t.deepEqual(
    events.map(({ id }) => id),
    [undefined, ''],
  );
});

test('ignores comments and unknown fields', async (t) => {
  t.deepEqual(await dataIn(':\n\n: data: a\nDATA: b\n data: c\nfoo\ndata: d\n\n'), ['d']);
});

test('a reconnection delay consists of digits', async (t) => {
  t.deepEqual((await read('retry: 20\nretry: 1s\nretry: -1\nretry:\n')).retries, [20]);
});

test('removes one byte order mark at the start', async (t) => {
  t.deepEqual(await dataIn('\ufeffdata: a\n\n\ufeffdata: b\n\ndata: c\n\n'), ['a', 'c']);
  t.deepEqual(await dataIn('\ufeffdata: a\n\n', 1), ['a']);
  t.deepEqual(await dataIn('\ufeff\ufeffdata: a\n\n'), []);
});

test('drops an incomplete event at the end of the stream', async (t) => {
  t.deepEqual(await dataIn('data: a\n\ndata: b\n'), ['a']);
});

test('does not limit the size of an event', async (t) => {
  const data = 'é'.repeat(4_000_000);
  t.true((await dataIn(`data: ${data}\n\n`, 16_383))[0] === data);
});
