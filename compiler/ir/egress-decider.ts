import type { Diagram, Node, Place } from '../domain/diagram/diagram.ts';
import { leafOf } from '../domain/diagram/diagram.ts';
import type { Value } from '../domain/diagram/dimension.ts';
import type { EgressPolicy } from './egress.ts';
import { HTTP_TAG, OPAQUE_TAG, queryKeyOf } from './egress-boxes.ts';
import type { EgressConnection, EgressRequest } from './egress-connection.ts';
import { ALLOW, DENY, egressDiagram } from './egress-diagram.ts';

/**
 * Where a connection stands: `ALLOWED` or `DENIED` when nothing about its requests matters any more, else a place from
 * which each request on it is decided. Means something to the decider that gave it only.
 */
export type ConnectionHandle = Place;

/** Every request on the connection is allowed, at any time, also where nobody looks into it. */
export const ALLOWED: ConnectionHandle = leafOf(ALLOW);
/** Nothing on the connection is allowed. */
export const DENIED: ConnectionHandle = leafOf(DENY);

export type EgressDeciderResult =
  | { readonly ok: true; readonly decider: EgressDecider }
  /** The patterns of a dimension are too intricate; such a policy is refused when it is compiled. */
  | { readonly ok: false; readonly dimension: string };

/**
 * Makes a policy ready to decide as `decideEgress` does, in a time that does not follow the number of its entries.
 * Grants that end need no new decider: the time of an access is one of its sides.
 *
 * @param budget in states, see `DEFAULT_BUDGET`
 */
export function egressDecider(egress: EgressPolicy, budget?: number): EgressDeciderResult {
  const built = egressDiagram(egress, budget);
  return built.ok
    ? { ok: true, decider: new EgressDecider(built.diagram) }
    : { ok: false, dimension: built.dimension };
}

const NO_QUERY = '';

/** Which value of an access each dimension asks for. */
type ConnectionSide = keyof Pick<EgressConnection, 'host' | 'port' | 'binary' | 'sha256' | 'address'>;
const CONNECTION_SIDES: readonly ConnectionSide[] = ['host', 'port', 'binary', 'sha256', 'address'];

/** Decides connections, and requests on them from where the connection stands. What is no value is denied. */
export class EgressDecider {
  readonly #nodes: readonly Node[];
  readonly #root: Place;
  readonly #visibility: number;
  readonly #method: number;
  readonly #path: number;
  readonly #time: number;
  /** By dimension; null for those that are no query key. */
  readonly #keys: readonly (string | null)[];

  constructor({ dimensions, nodes, root }: Diagram) {
    const at = (name: string) => dimensions.findIndex((dimension) => dimension.name === name);
    this.#nodes = nodes;
    this.#root = root;
    this.#visibility = at('visibility');
    this.#method = at('method');
    this.#path = at('path');
    this.#time = at('time');
    this.#keys = dimensions.map(({ name }) => queryKeyOf(name));
  }

  connect(connection: EgressConnection): ConnectionHandle {
    let place = this.#root;
    while (place >= 0) {
      const node = this.#nodes[place]!;
      const side = CONNECTION_SIDES[node.dimension];
      if (side === undefined) return place;
      place = follow(node, connection[side]);
    }
    return place;
  }

  /** Whether one request on the connection is allowed. */
  request(handle: ConnectionHandle, request: EgressRequest): boolean {
    let place = handle;
    while (place >= 0) {
      const node = this.#nodes[place]!;
      place = follow(node, this.#valueOf(node.dimension, request));
    }
    return place === ALLOWED;
  }

  /** Whether a stream that nobody looks into is allowed on the connection at a moment, in milliseconds since 1970 UTC. */
  stream(handle: ConnectionHandle, at: number): boolean {
    if (!Number.isSafeInteger(at)) return false;
    let place = handle;
    while (place >= 0) {
      const node = this.#nodes[place]!;
      // Behind a stream only the time makes a difference: no entry says more about it.
      if (node.dimension !== this.#visibility && node.dimension !== this.#time) return false;
      place = follow(node, node.dimension === this.#time ? at : OPAQUE_TAG);
    }
    return place === ALLOWED;
  }

  #valueOf(dimension: number, request: EgressRequest): Value {
    if (dimension === this.#path) return request.path;
    if (dimension === this.#method) return request.method;
    if (dimension === this.#visibility) return HTTP_TAG;
    if (dimension === this.#time) return request.at;
    return request.query.get(this.#keys[dimension]!) ?? NO_QUERY;
  }
}

function follow({ partition, next }: Node, value: Value): Place {
  return next[partition.locate(value)] ?? DENIED;
}
