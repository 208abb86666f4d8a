import test from 'ava';
import { createEventParser } from './event-parser.js';

/** The events of the stream, which comes in pieces of so many bytes. */
function eventsIn(text: string, pieceBytes = Number.POSITIVE_INFINITY) {
  const bytes = new TextEncoder().encode(text);
  const parser = createEventParser();
  const events = [];
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    events.push(...parser.push(bytes.subarray(from, from + pieceBytes)));
  }
  return { events, lastEventId: parser.lastEventId, retryMs: parser.retryMs };
}

const dataIn = (text: string) => eventsIn(text).events.map(({ data }) => data);

test('an event has its name, its data and its id', (t) => {
  t.deepEqual(eventsIn('retry: 1000\n\nid: 2\nevent: run\ndata: {}\n\n'), {
    events: [{ event: 'run', data: '{}' }],
    lastEventId: '2',
    retryMs: 1000,
  });
});

test('lines end with LF, CR or CRLF, wherever the stream is cut', (t) => {
  const text = 'id: 1\r\ndata: ä\r\ndata: b\rdata: €\n\r\ndata: 😀\r\rdata: c\n\n';
  for (const pieceBytes of [1, 2, 3, 5, 100]) {
    t.deepEqual(
      eventsIn(text, pieceBytes).events.map(({ data }) => data),
      ['ä\nb\n€', '😀', 'c'],
      `pieces of ${pieceBytes}`,
    );
  }
});

test('lines of data are joined, and one space after the colon is not part of them', (t) => {
  t.deepEqual(dataIn('data:a\ndata:  b\ndata\ndata: c:d\n\n'), ['a\n b\n\nc:d']);
});

test('data that is empty is an event, no data is none', (t) => {
  t.deepEqual(dataIn('data\n\nevent: run\n\nid: 1\n\ndata: x\n\n'), ['', 'x']);
});

test('a name belongs to one event, an id to all that follow', (t) => {
  const { events, lastEventId } = eventsIn('id: 1\nevent: run\ndata: a\n\ndata: b\n\n');
  t.deepEqual(
    events.map(({ event }) => event),
    ['run', 'message'],
  );
  t.is(lastEventId, '1');
});

test('an id counts when its event is complete; one without value takes it back, one with NUL is none', (t) => {
  t.is(eventsIn('id: 1\n\nid: 2\ndata: x').lastEventId, '1');
  t.is(eventsIn('id: 1\n\nid\n\n').lastEventId, '');
  t.is(eventsIn('id: 1\n\nid: 2\u00003\n\n').lastEventId, '1');
});

test('comments and unknown fields are left out', (t) => {
  t.deepEqual(dataIn(':\n\n: data: a\nDATA: b\n data: c\nfoo\ndata: d\n\n'), ['d']);
});

test('only digits are a time to come back', (t) => {
  t.is(eventsIn('retry: 20\nretry: 1s\nretry: -1\nretry:\n').retryMs, 20);
});

test('a byte order mark is no part of the stream, a second one is', (t) => {
  t.deepEqual(dataIn('\ufeffdata: a\n\n\ufeffdata: b\n\ndata: c\n\n'), ['a', 'c']);
  t.deepEqual(eventsIn('\ufeffdata: a\n\n', 1).events, [{ event: 'message', data: 'a' }]);
  t.deepEqual(dataIn('\ufeff\ufeffdata: a\n\n'), []);
});

test('what is not complete when the stream ends is no event', (t) => {
  t.deepEqual(dataIn('data: a\n\ndata: b\n'), ['a']);
});
