import type { Duplex } from 'node:stream';
import type { Refusal } from '../../refusal.ts';
import type { ReadStream } from './web-socket.ts';

/** What an exchange needs of the connection that its request came on. */
export interface ClientSide {
  readonly stream: Duplex;
  /** The server is ready for the body: what has come of it is handed to `body`. */
  bodyWanted(): void;
  /** Answers with a refusal instead, and goes on if that can be done safely. */
  refuse(refusal: Refusal): void;
  /** The answer is written. @param staysOpen another request may come */
  answered(staysOpen: boolean): void;
  /** Gives the stream away; `rest` are bytes that have come already. */
  detach(): ReadStream;
}
