import type { Socket } from 'node:net';
import type { AskedHttp, RequestGate } from './http/request-gate.ts';
import type { Refusal } from './refusal.ts';

/** How the requests of one connection name where they go. */
export type RequestWay =
  /** Each by a whole URL, each perhaps to another host. */
  | {
      readonly kind: 'proxy';
      readonly gateFor: (
        host: string,
        port: number,
        secure: boolean,
        /** Of which a refusal speaks, where nothing of the host may be asked for at all. */
        asked: AskedHttp,
      ) => Promise<RequestGate | Refusal>;
      /** Writes down what was refused before it named a host. */
      readonly refused: (refusal: Refusal) => Promise<void>;
    }
  /** All to one destination, by a path; their host must be its host. */
  | { readonly kind: 'origin'; readonly gate: RequestGate };

/** Who reads requests out of connections and passes them on. Sockets are paused, with all that was looked at back in them. */
export interface RequestServing {
  http(client: Socket, way: RequestWay): void;
  /** Opens TLS by the sandbox's own authority; the server name was found to be the gate's host. */
  tls(client: Socket, gate: RequestGate): void;
}
