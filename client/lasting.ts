interface Told {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Certificates that are not trusted, by OpenSSL's and Node's names, and servers that speak no TLS or another one. */
const lastingCodes =
  /CERT|^UNABLE_TO_|^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|UND_ERR_INVALID_ARG|HPE_INVALID_CONSTANT)$|^ERR_(INVALID|TLS_INVALID)_|^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL)$|^ERR_SSL_.*_ALERT_(PROTOCOL_VERSION|HANDSHAKE_FAILURE|UNKNOWN_CA|UNRECOGNIZED_NAME)$/;
const lastingMessages = /^(unknown scheme|bad port|redirect count exceeded|invalid method)$|HTTP\/1\.1 protocol/;

/** Whether a request that failed so will fail so again: waiting mends neither an address nor a certificate. */
export function isLasting(error: unknown): boolean {
  const { code, message, cause, errors } = (error ?? {}) as Told;
  if (lastingCodes.test(String(code ?? '')) || lastingMessages.test(String(message ?? ''))) return true;
  if (errors && errors.length > 0) return errors.every(isLasting);
  return cause !== undefined && isLasting(cause);
}

/** How engines word what is wrong with code; `fetch` words none of its failures so. */
const mistakes = /is not (a|an) |is not defined|is not iterable|Cannot |undefined|null|invalid/i;

/** Whether it is a mistake in the program, such as a `fetch` that throws: the caller gets it as it is. */
export const isMistake = (error: unknown): boolean =>
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  error instanceof SyntaxError ||
  (error instanceof TypeError && error.cause === undefined && mistakes.test(error.message));
