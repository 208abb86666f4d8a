import { createRequire } from 'node:module';

interface Protobuf {
  readonly util: { readonly utf8: { write: (text: string, buffer: Uint8Array, offset: number) => number } };
}

const fromClient = createRequire(createRequire(import.meta.url).resolve('@temporalio/client'));
const protobuf = createRequire(fromClient.resolve('@temporalio/proto'))('protobufjs') as Protobuf;

/**
 * Imported for its effect: every text that this process sends to Temporal is well-formed Unicode. Lone surrogates become U+FFFD, as in
 * Node's own encoder. protobufjs encodes texts of up to 39 characters itself, and lone surrogates as bytes that are not UTF-8
 * (https://github.com/protobufjs/protobuf.js/issues/2436): the server rejects them, and the SDK's core ends the worker.
 * The patch is in the encoder because messages, types, ids, names and keys leave workflows and activities in dozens of fields.
 */
const { utf8 } = protobuf.util;
const { write } = utf8;
utf8.write = (text, buffer, offset) => write.call(utf8, text.toWellFormed(), buffer, offset);
