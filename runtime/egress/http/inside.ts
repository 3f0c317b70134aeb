import { ALL } from '../../../compiler/ir/extent.ts';
import { LARGEST_BODY } from '../operations/content.ts';
import { type AskedOperations, operationsAsked } from '../operations/read-operations.ts';
import type { InnerRequest } from '../operations/request.ts';
import type { ReadRequest } from './client/read-request.ts';
import { valuesOf } from './message/fields.ts';
import { isEndToEnd } from './message/hop-by-hop.ts';
import type { AskedHttp, AskedRequest, ReadInside } from './request-gate.ts';

/** The body of a request as far as somebody has taken it: all of it, none of it, or more than anybody reads. */
export type TakenBody = Buffer | 'unread' | 'too-large';

const NO_BODY = Buffer.alloc(0);
const UNREAD: AskedOperations = { operations: ALL, unreadable: null };
const TOO_LARGE: AskedOperations = {
  operations: ALL,
  unreadable: { ok: false, why: 'too-large', status: 413 },
};

/** Where there is no body, all of it has been taken from the beginning. */
export function takenAtFirst({ framing }: ReadRequest): TakenBody {
  if (framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)) return NO_BODY;
  return framing.kind === 'length' && framing.length > LARGEST_BODY ? 'too-large' : 'unread';
}

/** Finds what a request asks for inside; a body that nobody took may ask for anything. */
export function insideOf(request: ReadRequest, body: TakenBody): ReadInside {
  if (body === 'unread') return () => UNREAD;
  if (body === 'too-large') return (protocols) => (protocols.length === 0 ? UNREAD : TOO_LARGE);
  const asked = innerRequest(request, body);
  return (protocols) => operationsAsked(protocols, asked);
}

/** Its header is what the server will see of it: what goes no further than here says nothing. */
function innerRequest({ head, target, options, isWebSocket }: ReadRequest, body: Buffer): InnerRequest {
  return {
    method: head.method,
    query: target.query,
    header: (name) => {
      if (name === 'upgrade') return isWebSocket ? ['websocket'] : [];
      if (name === 'connection') return isWebSocket ? ['upgrade'] : [];
      return isEndToEnd(name, options) ? valuesOf(head.fields, name) : [];
    },
    body,
  };
}

/** The request before its body has come, as it is decided about where no entry speaks of its host. */
export function askedAtFirst(request: ReadRequest): AskedHttp {
  const { method, path, query } = askedOf(request);
  return { method, path, query, operations: insideOf(request, takenAtFirst(request))([]).operations };
}

/** The request as a gate is asked about it. */
export function askedOf({ head, target, options, isWebSocket }: ReadRequest): AskedRequest {
  const { named } = options;
  const fields =
    named.length === 0 ? head.fields : head.fields.filter(({ name }) => isEndToEnd(name, options));
  return { method: head.method, path: target.path, query: target.query, isWebSocket, fields };
}
