import type { Duplex } from 'node:stream';
import { type Fields, valuesOf } from '../message/fields.ts';
import type { ResponseHead } from '../message/head.ts';
import { relay } from '../relay.ts';
import type { MessageVerdict, RequestGate } from '../request-gate.ts';
import { forwardedAnswer } from './forwarded-head.ts';
import { ReadMessages } from './read-messages.ts';

/** A stream and the bytes of it that have been read already. */
export interface ReadStream {
  readonly stream: Duplex;
  readonly rest: Buffer;
}

/**
 * Whether a server's 101 goes on as a WebSocket and as nothing else.
 *
 * @param isRead messages are looked into, so that no extension was offered which could pack them
 */
export function isWebSocketAnswer({ fields }: ResponseHead, isRead: boolean): boolean {
  const protocols = valuesOf(fields, 'upgrade');
  if (isRead && valuesOf(fields, 'sec-websocket-extensions').length > 0) return false;
  return protocols.length === 1 && protocols[0]!.toLowerCase() === 'websocket';
}

/** Who decides about the messages of the client. */
export interface MessageGate {
  readonly gate: RequestGate;
  readonly verdict: MessageVerdict;
}

/**
 * Tells the client, and from then on passes frames both ways: as they come, or those of the client after each message was
 * decided about.
 *
 * @param fields of the answer, without those about the connection
 * @param messages null where nobody looks into them
 * @param ended called once, with the bytes of both directions
 */
export function joinWebSocket(
  client: ReadStream,
  server: ReadStream,
  head: ResponseHead,
  fields: Fields,
  messages: MessageGate | null,
  ended: (sent: number, received: number) => void,
): void {
  const upgrade = [
    { name: 'connection', spelled: 'Connection', value: 'Upgrade' },
    { name: 'upgrade', spelled: 'Upgrade', value: 'websocket' },
  ];
  client.stream.write(forwardedAnswer(head, [...fields, ...upgrade], false, null), 'latin1');
  if (messages !== null) {
    new ReadMessages(client, server, messages.gate, messages.verdict, ended);
    return;
  }
  if (server.rest.length > 0) client.stream.write(server.rest);
  if (client.rest.length > 0) server.stream.write(client.rest);
  relay(client.stream, server.stream, (sent, received) =>
    ended(sent + client.rest.length, received + server.rest.length),
  );
}
