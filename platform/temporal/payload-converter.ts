/**
 * Converts values to payloads; part of the workflow bundle, of clients and of workers.
 * Temporal's own converters, with two additions: texts become well-formed Unicode, and values over Temporal's limit are rejected.
 */
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  type Payload,
  type PayloadConverter,
  UndefinedPayloadConverter,
} from '@temporalio/common';
import { payloadLimitBytes, tooLarge } from './payload-limit.js';

/** In JSON text: an escaped backslash, or a lone surrogate. `JSON.stringify` escapes no other surrogates (ECMA-262, 25.5.2.2). */
const backslashOrLoneSurrogate = /\\\\|\\ud[89a-f][0-9a-f]{2}/g;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Replaces lone surrogates in keys and strings with U+FFFD. */
class WellFormedJsonConverter extends JsonPayloadConverter {
  override toPayload(value: unknown): Payload | undefined {
    const payload = super.toPayload(value);
    if (!payload?.data) return payload;
    const json = decoder.decode(payload.data);
    if (!json.includes('\\ud')) return payload;
    const wellFormed = json.replace(backslashOrLoneSurrogate, (found) => (found === '\\\\' ? found : '\ufffd'));
    return { ...payload, data: encoder.encode(wellFormed) };
  }
}

/** Rejects a large value here, where the code that passed it is still on the stack. */
class LimitedConverter extends CompositePayloadConverter {
  override toPayload<T>(value: T): Payload {
    const payload = super.toPayload(value);
    const bytes = payload.data?.byteLength ?? 0;
    if (bytes > payloadLimitBytes) throw tooLarge(bytes);
    return payload;
  }
}

export const payloadConverter: PayloadConverter = new LimitedConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new WellFormedJsonConverter(),
);
