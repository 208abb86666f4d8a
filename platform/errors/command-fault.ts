/** A fault that users can fix: the message says what is wrong and what to do. Shown without a stack. */
export class CommandFault extends Error {
  readonly code: string;
  constructor(message: string, { code = 'command-fault', ...options }: ErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.code = code;
    this.name = 'CommandFault';
  }
}
