export interface ServerSentEvent {
  /** `message` unless the stream names another. */
  readonly event: string;
  readonly data: string;
}

export interface EventParser {
  /** What the stream last called its `id`; empty when it has not. */
  readonly lastEventId: string;
  /** How long to wait before coming back, in milliseconds, when the stream has said so. */
  readonly retryMs: number | undefined;
  /** Takes the next bytes and gives the events that they complete. One that is not complete when the stream ends is none. */
  push(bytes: Uint8Array): ServerSentEvent[];
}

/** Reads `text/event-stream` as WHATWG HTML, 9.2.6, says. */
export function createEventParser(): EventParser {
  // takes the byte order mark away, and knows characters that are cut in two
  const decoder = new TextDecoder();
  let line = '';
  let afterCarriageReturn = false;
  let [event, data, id] = ['', '', ''];
  let lastEventId = '';
  let retryMs: number | undefined;

  function push(bytes: Uint8Array): ServerSentEvent[] {
    let text = decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    // the second half of a CRLF that was cut in two
    if (afterCarriageReturn && text.startsWith('\n')) text = text.slice(1);
    afterCarriageReturn = text.endsWith('\r');
    const [first = '', ...others] = text.split(/\r\n|\r|\n/);
    line += first;
    const events: ServerSentEvent[] = [];
    for (const next of others) {
      const dispatched = take(line);
      if (dispatched) events.push(dispatched);
      line = next;
    }
    return events;
  }

  function take(complete: string): ServerSentEvent | undefined {
    if (complete === '') return dispatch();
    const colon = complete.indexOf(':');
    // what begins with a colon is a comment: a field without a name, which nobody knows
    if (colon === -1) setField(complete, '');
    else setField(complete.slice(0, colon), complete.slice(colon + 1).replace(/^ /, ''));
    return undefined;
  }

  function setField(name: string, value: string): void {
    if (name === 'event') event = value;
    else if (name === 'data') data += `${value}\n`;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) retryMs = Number(value);
  }

  function dispatch(): ServerSentEvent | undefined {
    lastEventId = id;
    const complete = { event: event || 'message', data: data.slice(0, -1) };
    const isEmpty = data === '';
    [event, data] = ['', ''];
    return isEmpty ? undefined : complete;
  }

  return {
    push,
    get lastEventId() {
      return lastEventId;
    },
    get retryMs() {
      return retryMs;
    },
  };
}
