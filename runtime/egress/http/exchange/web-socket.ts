import type { Duplex } from 'node:stream';
import { type Fields, valuesOf } from '../message/fields.ts';
import type { ResponseHead } from '../message/head.ts';
import { relay } from '../relay.ts';
import { forwardedAnswer } from './forwarded-head.ts';

/** A stream and the bytes of it that have been read already. */
export interface ReadStream {
  readonly stream: Duplex;
  readonly rest: Buffer;
}

/** Whether a server's 101 goes on as a WebSocket and as nothing else. */
export function isWebSocketAnswer({ fields }: ResponseHead): boolean {
  const protocols = valuesOf(fields, 'upgrade');
  return protocols.length === 1 && protocols[0]!.toLowerCase() === 'websocket';
}

/**
 * Tells the client, and from then on passes frames both ways as they come. Whatever has to look into messages does so here.
 *
 * @param fields of the answer, without those about the connection
 * @param ended called once, with the bytes of both directions
 */
export function joinWebSocket(
  client: ReadStream,
  server: ReadStream,
  head: ResponseHead,
  fields: Fields,
  ended: (sent: number, received: number) => void,
): void {
  const upgrade = [
    { name: 'connection', spelled: 'Connection', value: 'Upgrade' },
    { name: 'upgrade', spelled: 'Upgrade', value: 'websocket' },
  ];
  client.stream.write(forwardedAnswer(head, [...fields, ...upgrade], false, null), 'latin1');
  if (server.rest.length > 0) client.stream.write(server.rest);
  if (client.rest.length > 0) server.stream.write(client.rest);
  relay(client.stream, server.stream, (sent, received) =>
    ended(sent + client.rest.length, received + server.rest.length),
  );
}
