import type { Refusal } from '../../refusal.ts';
import { asksForWebSocket } from '../exchange/forwarded-head.ts';
import { valuesOf } from '../message/fields.ts';
import { type Framing, requestFraming } from '../message/framing.ts';
import { parseRequestHead, type RequestHead } from '../message/head.ts';
import { type ConnectionOptions, connectionOptions } from '../message/hop-by-hop.ts';
import { isOverridden, isOverriddenByQuery } from '../message/overrides.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import type { AskedHttp, RequestGate } from '../request-gate.ts';
import { originTarget, proxyTarget, type RequestTarget } from '../target/request-target.ts';

/** How the requests of one connection name where they go. */
export type HttpWay =
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

/** A request that can be read in one way only, before its body. */
export interface ReadRequest {
  readonly head: RequestHead;
  readonly target: RequestTarget;
  readonly framing: Framing;
  readonly options: ConnectionOptions;
  readonly isWebSocket: boolean;
  readonly expectsContinue: boolean;
  /** Whether the client takes another answer on the connection. */
  readonly staysOpen: boolean;
}

/** @param text the head, one character a byte, without its empty line */
export function readRequest(text: string, way: HttpWay): ReadRequest | Problem {
  const head = parseRequestHead(text);
  if (isProblem(head)) return head;
  if (isOverridden(head.method, head.fields)) return 'overridden';
  const framing = requestFraming(head);
  if (isProblem(framing)) return framing;
  const options = connectionOptions(head.fields);
  if (isProblem(options)) return options;
  const target = way.kind === 'proxy' ? proxyTarget(head) : originTarget(head, way.gate);
  if (isProblem(target)) return target;
  if (isOverriddenByQuery(head.method, target.query)) return 'overridden';
  const isWebSocket = asksForWebSocket(head, options);
  if (isProblem(isWebSocket) || (isWebSocket && framing.kind !== 'none')) return 'bad-upgrade';
  const expectations = valuesOf(head.fields, 'expect');
  if (expectations.length > 1 || (expectations[0] ?? '100-continue').toLowerCase() !== '100-continue') {
    return 'expectation';
  }
  return {
    head,
    target,
    framing,
    options,
    isWebSocket,
    expectsContinue: expectations.length > 0,
    staysOpen: head.minor === 1 ? !options.close : options.keepAlive,
  };
}
