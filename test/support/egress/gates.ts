import { connect, type Socket } from 'node:net';
import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import type { Operations } from '../../../compiler/ir/operation.ts';
import type { AskedRequest, Credential, RequestGate } from '../../../runtime/egress/http/request-gate.ts';
import type { SecureUpstreams } from '../../../runtime/egress/interception/secure-upstream.ts';
import type { Refusal } from '../../../runtime/egress/refusal.ts';

/** What a gate of a test was asked and did, in order. */
export interface GateEvents {
  readonly asked: AskedRequest[];
  readonly refused: Refusal[];
  readonly ended: (readonly [sent: number, received: number])[];
  dialled: number;
}

export interface TestGate extends RequestGate {
  readonly events: GateEvents;
}

export const DENIED: Refusal = {
  status: 403,
  why: 'not-granted',
  message: 'no entry of the blueprint allows this',
  request: 'req-1',
  nearest: null,
  next: 'ask for it: nemoclaw egress propose req-1',
};

export interface GateOptions {
  readonly host?: string;
  readonly port: number;
  readonly secure?: boolean;
  readonly allows?: (asked: AskedRequest, operations: Operations) => boolean;
  /** By which requests are read; none when it is left out. */
  readonly protocols?: readonly InnerProtocol[];
  readonly credentials?: readonly Credential[];
  /** Where it dials really; the port of the gate on loopback when it is left out. */
  readonly dialPort?: number;
  readonly upstreams?: SecureUpstreams;
  readonly route?: string;
  /** Before a decision is there. */
  readonly delay?: () => Promise<void>;
}

/** A gate without a policy, over loopback. */
export function testGate(options: GateOptions): TestGate {
  const { port, host = '127.0.0.1', secure = false } = options;
  const events: GateEvents = { asked: [], refused: [], ended: [], dialled: 0 };
  return {
    host,
    port,
    secure,
    events,
    isCut: false,
    route: options.route ?? `${host} ${port} ${secure}`,
    protocolsFor: () => options.protocols ?? [],
    async decide(asked, inside) {
      events.asked.push(asked);
      await options.delay?.();
      if (options.allows?.(asked, inside(options.protocols ?? []).operations) === false)
        return { allowed: false, refusal: DENIED };
      return {
        allowed: true,
        credentials: options.credentials ?? [],
        message: null,
        ended: (sent, received) => events.ended.push([sent, received]),
      };
    },
    async refused(refusal) {
      events.refused.push(refusal);
    },
    async dial(protocols) {
      events.dialled += 1;
      const raw = await dialled(options.dialPort ?? port);
      if (!secure) return { stream: raw, protocol: null };
      return options.upstreams!.open(raw, host, port, protocols);
    },
  };
}

function dialled(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
