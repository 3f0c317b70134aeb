import type { Duplex } from 'node:stream';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import type { Operations } from '../../../compiler/ir/operation.ts';
import type { AskedOperations } from '../operations/read-operations.ts';
import type { Refusal } from '../refusal.ts';
import type { Fields } from './message/fields.ts';

/** One destination as the requests of one caller see it: asks whether each may pass, and opens the way to it. */
export interface RequestGate {
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken to it. */
  readonly secure: boolean;
  /**
   * Gates with the same route may share connections: it is another for each address, port, host, TLS or not, and policy
   * generation.
   */
  readonly route: string;
  /** Whether a policy that came later ended all that goes on by it; what waits must not go on then. */
  readonly isCut: boolean;
  /** The protocols by which a request has to be read before it is decided about; where there are none, nobody reads it. */
  protocolsFor(request: AskedRequest): readonly InnerProtocol[];
  /**
   * Decides one request under the policy that is in force now. Resolves when the decision is durable in the log.
   *
   * @param inside asked by the protocols of that policy, which may be other ones than `protocolsFor` named before
   */
  decide(request: AskedRequest, inside: ReadInside): Promise<RequestVerdict>;
  /** Writes down what was refused before it could be decided about, because it could be read as two things. */
  refused(refusal: Refusal): Promise<void>;
  /**
   * A new connection to the address that was decided about; with TLS, the server's certificate is verified for the host.
   *
   * @param protocols names of protocols to offer (ALPN); the one that was chosen is in the result
   */
  dial(protocols: readonly string[]): Promise<{ readonly stream: Duplex; readonly protocol: string | null }>;
}

/** What a request asks for inside. Never throws; what cannot be read may be anything. */
export type ReadInside = (protocols: readonly InnerProtocol[]) => AskedOperations;

export interface AskedRequest {
  readonly method: string;
  /** As the client sent it, without the query. */
  readonly path: string;
  /** A value that servers read in two ways (`a+b`) is there in both, under the same name. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Whether it asks to go on as a WebSocket. */
  readonly isWebSocket: boolean;
  /** Its header, in which placeholders of credentials may stand. */
  readonly fields: Fields;
}

/** A request as it is decided about and written down. */
export type AskedHttp = NonNullable<EgressAccess['http']>;

/** Decides about one message of a WebSocket; with a refusal it may not go on. */
export type MessageVerdict = (operations: Operations) => Promise<Refusal | null>;

export type RequestVerdict =
  | {
      readonly allowed: true;
      /** What must not come back in an answer, and the fields in which placeholders become it; empty in most cases. */
      readonly credentials: readonly Credential[];
      /** To be called once, when the answer is over, with the bytes of the bodies. */
      readonly ended: (sent: number, received: number) => void;
      /**
       * Of a WebSocket whose client's messages are decided about: decides one, and resolves when that is durable, with null
       * if it may go on. Null where nobody looks into them.
       */
      readonly message: MessageVerdict | null;
    }
  | { readonly allowed: false; readonly refusal: Refusal };

/** What stands for a secret inside, and the secret. */
export interface Credential {
  readonly placeholder: string;
  readonly secret: string;
  /** Header fields of the request that may carry it, in lower case; none: it is not sent. */
  readonly fields: readonly string[];
}
