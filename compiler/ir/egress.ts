import type { CidrBlock } from '../domain/address.ts';
import type { Glob } from '../domain/glob.ts';
import type { HostPattern } from '../domain/host.ts';
import type { MethodSet } from '../domain/method.ts';
import type { PortRange } from '../domain/port.ts';
import type { Extent } from './extent.ts';
import type { Grant, Origin, WrittenPlace } from './origin.ts';

export interface BinaryPattern {
  readonly path: Glob;
  /** Lower-case hex, or null where any content at the path will do. */
  readonly sha256: string | null;
}

/** One HTTP request shape. Every named query key must be there once or more with only matching values. */
export interface HttpRule {
  readonly methods: MethodSet;
  readonly path: Extent<Glob>;
  readonly query: readonly { readonly key: string; readonly value: Glob }[];
}

/** How the gateway sees the connection: whole HTTP requests, or an opaque stream of bytes. */
export type Visibility = 'http' | 'opaque';

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
