/** libuv reads so many datagrams of a socket before it looks at the next one (uv__udp_recvmsg); fewer mean that no more were there. */
const batch = 32;
/** A voice server that never pauses delays nothing for longer than this. */
const maxRounds = 200;

/**
 * Calls `act` as soon as every datagram that had come by now was read; `read` counts those that were. A process that was held
 * up finds them waiting, behind timers that are due and messages of other sockets that came later. Returns what calls it off.
 */
export function whenDrained(read: () => number, act: () => void): () => void {
  let calledOff = false;
  const look = (before: number, round: number): void => {
    if (calledOff) return;
    if (read() - before >= batch && round < maxRounds) setImmediate(look, read(), round + 1);
    else act();
  };
  // Immediates run after the sockets were read; the first may follow on a reading that we are in the middle of.
  setImmediate(() => setImmediate(look, read(), 0));
  return () => {
    calledOff = true;
  };
}

/** What came over TCP, kept until everything that came over UDP before it is read. */
export interface MessagesInTurn<Message> {
  push(message: Message): void;
  /** Handles what is kept now: nothing more will come before it. */
  flush(): void;
}

/** `handle` gets the messages in their order. */
export function createMessagesInTurn<Message>(options: {
  readonly read: () => number;
  readonly handle: (message: Message) => void;
}): MessagesInTurn<Message> {
  let waiting: Message[] = [];
  let callOff: (() => void) | undefined;
  const flush = (): void => {
    callOff?.();
    callOff = undefined;
    const due = waiting;
    waiting = [];
    for (const message of due) options.handle(message);
  };
  return {
    push(message) {
      waiting.push(message);
      callOff ??= whenDrained(options.read, flush);
    },
    flush,
  };
}
