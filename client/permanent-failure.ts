interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Untrusted certificates, as OpenSSL and Node name them, and servers that speak no TLS or another version of it. */
const permanentCodes =
  /CERT|^UNABLE_TO_|^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|UND_ERR_INVALID_ARG|HPE_INVALID_CONSTANT)$|^ERR_(INVALID|TLS_INVALID)_|^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL)$|^ERR_SSL_.*_ALERT_(PROTOCOL_VERSION|HANDSHAKE_FAILURE|UNKNOWN_CA|UNRECOGNIZED_NAME)$/;
const permanentMessages = /^(unknown scheme|bad port|redirect count exceeded|invalid method)$|HTTP\/1\.1 protocol/;

/** Whether a retry would fail the same way, as with a wrong address or an untrusted certificate. */
export function isPermanent(error: unknown): boolean {
  const { code, message, cause, errors } = (error ?? {}) as Failure;
  if (permanentCodes.test(String(code ?? '')) || permanentMessages.test(String(message ?? ''))) return true;
  if (errors && errors.length > 0) return errors.every(isPermanent);
  return cause !== undefined && isPermanent(cause);
}

/** How engines word programming errors. No network failure of `fetch` reads like this. */
const programmingErrors = /is not (a|an) |is not defined|is not iterable|Cannot |undefined|null|invalid/i;

/** Whether the program is wrong, such as a custom `fetch` that throws. The caller receives such an error unchanged. */
export const isProgrammingError = (error: unknown): boolean =>
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  error instanceof SyntaxError ||
  (error instanceof TypeError && error.cause === undefined && programmingErrors.test(error.message));
