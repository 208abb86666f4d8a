/** A fault that users can fix: the message says what is wrong and what to do. Shown without a stack. */
export class CommandFault extends Error {
  readonly code: string = 'command-fault';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFault';
  }
}

/** Several faults at once. */
export class CommandFaults extends CommandFault {
  override readonly code = 'command-faults';
  constructor(readonly faults: readonly CommandFault[]) {
    super(faults.map(({ message }) => message).join('\n'));
    this.name = 'CommandFaults';
  }
}
