import type { Duplex } from 'node:stream';
import type { Refusal } from '../refusal.ts';

/** One destination as the requests of one caller see it: asks whether each may pass, and opens the way to it. */
export interface RequestGate {
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken to it. */
  readonly secure: boolean;
  /** Decides one request under the policy that is in force now. Resolves when the decision is durable in the log. */
  decide(request: AskedRequest): Promise<RequestVerdict>;
  /**
   * A new connection to the address that was decided about; with TLS, the server's certificate is verified for the host.
   *
   * @param protocols names of protocols to offer (ALPN); the one that was chosen is in the result
   */
  dial(protocols: readonly string[]): Promise<{ readonly stream: Duplex; readonly protocol: string | null }>;
}

export interface AskedRequest {
  readonly method: string;
  /** As the client sent it, without the query. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
}

export type RequestVerdict =
  | {
      readonly allowed: true;
      /** Header fields in which placeholders become credentials; empty in most cases. */
      readonly credentials: readonly Credential[];
      /** To be called once, when the answer is over, with the bytes of the bodies. */
      readonly ended: (sent: number, received: number) => void;
    }
  | { readonly allowed: false; readonly refusal: Refusal };

/** What stands for a secret inside, and the secret. */
export interface Credential {
  readonly placeholder: string;
  readonly secret: string;
}
