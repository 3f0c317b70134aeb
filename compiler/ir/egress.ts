import type { CidrBlock } from '../domain/address.ts';
import type { Glob } from '../domain/glob.ts';
import type { HostPattern } from '../domain/host.ts';
import type { MethodSet } from '../domain/method.ts';
import type { PortRange } from '../domain/port.ts';
import type { InnerProtocol } from '../frontend/blueprint/inner-protocol.ts';
import type { Extent } from './extent.ts';
import type { OperationSet } from './operation.ts';
import type { Grant, Origin, WrittenPlace } from './origin.ts';

export type { InnerProtocol } from '../frontend/blueprint/inner-protocol.ts';

export interface BinaryPattern {
  readonly path: Glob;
  /** Lower-case hex, or null where any content at the path will do. */
  readonly sha256: string | null;
}

/**
 * One HTTP request shape. Every named query key must be there once or more with only matching values. Operations: `all` is
 * a rule that does not ask what a request asks for inside, `none` one for requests that ask for nothing there.
 */
export interface HttpRule {
  readonly methods: MethodSet;
  readonly path: Extent<Glob>;
  readonly query: readonly { readonly key: string; readonly value: Glob }[];
  readonly operations: Extent<OperationSet>;
}

/**
 * How the gateway sees the connection: an opaque tunnel, whole HTTP requests, or requests with what they ask for
 * by a protocol inside HTTP. A request whose body cannot be read by that protocol is allowed by no such entry.
 */
export type Visibility = 'http' | 'opaque' | InnerProtocol;

/** One endpoint that binaries may reach. Absent addresses mean public ones only. */
export interface EgressEntry<Place extends WrittenPlace = Origin> {
  readonly host: HostPattern;
  readonly ports: readonly PortRange[];
  readonly binaries: Extent<readonly BinaryPattern[]>;
  /** `only`: these blocks, private or not. `all`: the public addresses. Never `none`. */
  readonly addresses: Extent<readonly CidrBlock[]>;
  readonly visibility: Visibility;
  readonly allow: Extent<readonly HttpRule[]>;
  readonly deny: readonly HttpRule[];
  readonly enforcement: 'enforce' | 'audit';
  readonly grant: Grant<Place>;
}

/** Nothing granted is denied; a denial in any matching entry beats every permission. */
export interface EgressPolicy<Place extends WrittenPlace = Origin> {
  /** In the order of the blueprint; order carries no meaning. */
  readonly entries: readonly EgressEntry<Place>[];
}
