import { type Diagram, leafOf, type Place } from '../domain/diagram/diagram.ts';
import type { EgressPolicy } from './egress.ts';
import { queryKeyOf } from './egress-boxes.ts';
import type { EgressConnection, EgressRequest } from './egress-connection.ts';
import { ALLOW, DENY, egressDiagram } from './egress-diagram.ts';
import { EgressProgram } from './egress-program.ts';
import { OPERATION_SIDES } from './operation-boxes.ts';
import type { OperationPart, OperationText } from './operation-parts.ts';
import type { WrittenPlace } from './origin.ts';
import { seenIndex } from './seen.ts';

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
export function egressDecider(egress: EgressPolicy<WrittenPlace>, budget?: number): EgressDeciderResult {
  const built = egressDiagram(egress, budget);
  return built.ok
    ? { ok: true, decider: new EgressDecider(built.diagram) }
    : { ok: false, dimension: built.dimension };
}

const NO_QUERY = '';
const OPAQUE_TAG = seenIndex('opaque');

/** Where the sides of an access stand in every egress diagram; query keys and operations lie between the path and the time. */
const HOST = 0;
const PORT = 1;
const BINARY = 2;
const DIGEST = 3;
const ADDRESS = 4;
const VISIBILITY = 5;
const METHOD = 6;
const PATH = 7;
const CONNECTION_SIDES = ['host', 'port', 'binary', 'digest', 'address'];
const REQUEST_SIDES = ['visibility', 'method', 'path'];

/** Decides connections, and requests on them from where the connection stands. */
export class EgressDecider {
  readonly #program: EgressProgram;
  readonly #time: number;
  /** By dimension; null for those that are no query key. */
  readonly #keys: readonly (string | null)[];
  /** By dimension: where a part of a request keeps its value; undefined for those that are no side of an operation. */
  readonly #sides: readonly (OperationText | undefined)[];

  constructor(diagram: Diagram) {
    const names = diagram.dimensions.map(({ name }) => name);
    for (const [at, name] of [...CONNECTION_SIDES, ...REQUEST_SIDES].entries()) {
      if (names[at] !== name)
        throw new TypeError(`dimension ${at} of the network is ${names[at]}, not ${name}`);
    }
    this.#program = new EgressProgram(diagram);
    this.#time = names.indexOf('time');
    this.#keys = names.map(queryKeyOf);
    const sides: Readonly<Record<string, OperationText>> = OPERATION_SIDES;
    this.#sides = names.map((name) => sides[name]);
  }

  connect(connection: EgressConnection): ConnectionHandle {
    const program = this.#program;
    let place = program.root;
    while (place >= 0) {
      const dimension = program.dimensionAt(place);
      if (dimension === HOST) place = program.byText(place, connection.host, true);
      else if (dimension === PORT) place = program.byNumber(place, connection.port);
      else if (dimension === BINARY) place = program.byText(place, connection.binary, false);
      else if (dimension === DIGEST) place = program.byText(place, connection.sha256, false);
      else if (dimension === ADDRESS) place = program.byAddress(place, connection.ipv4, connection.address);
      else return place;
    }
    return place;
  }

  /** Whether one request on the connection is allowed: all that it asks for. */
  request(handle: ConnectionHandle, request: EgressRequest): boolean {
    const { path, alternative } = request;
    return (
      this.#as(path, handle, request) && (alternative === null || this.#as(alternative, handle, request))
    );
  }

  #as(path: string, handle: ConnectionHandle, request: EgressRequest): boolean {
    for (const part of request.parts) if (!this.#part(path, handle, request, part)) return false;
    return request.parts.length > 0;
  }

  #part(path: string, handle: ConnectionHandle, request: EgressRequest, part: OperationPart): boolean {
    const program = this.#program;
    let place = handle;
    while (place >= 0) {
      const dimension = program.dimensionAt(place);
      if (dimension === PATH) place = program.byText(place, path, false);
      else if (dimension === METHOD) place = program.byTag(place, request.method);
      else if (dimension === VISIBILITY) place = program.byTag(place, part.tag);
      else if (dimension === this.#time) place = program.byNumber(place, request.at);
      else {
        const side = this.#sides[dimension];
        const text = side === undefined ? request.query.get(this.#keys[dimension]!) : part[side];
        place = program.byText(place, text ?? NO_QUERY, false);
      }
    }
    return place === ALLOWED;
  }

  /** Whether a stream that nobody looks into is allowed on the connection at a moment, in milliseconds since 1970 UTC. */
  stream(handle: ConnectionHandle, at: number): boolean {
    if (!Number.isSafeInteger(at)) return false;
    const program = this.#program;
    let place = handle;
    while (place >= 0) {
      const dimension = program.dimensionAt(place);
      if (dimension === VISIBILITY) place = program.byTag(place, OPAQUE_TAG);
      else if (dimension === this.#time) place = program.byNumber(place, at);
      // Behind a stream only the time makes a difference: no entry says more about it.
      else return false;
    }
    return place === ALLOWED;
  }
}
