import { parseHost } from '../domain/host.ts';
import { HostIndex } from '../domain/host-index.ts';
import type { EgressAccess } from './access.ts';
import { decideEgress, protocolsAsked } from './decide/egress.ts';
import type { Decision } from './decision.ts';
import type { EgressEntry, EgressPolicy, InnerProtocol } from './egress.ts';
import type { Origin, WrittenPlace } from './origin.ts';

/**
 * The entries of a policy by host. What `decideEgress` says of an access is found by looking at the few that speak of its
 * host, however many there are; so it can be asked which grant decided, without waiting.
 */
export class EgressIndex<Place extends WrittenPlace = Origin> {
  readonly byHost = new HostIndex<EgressEntry<Place>>();

  constructor({ entries }: EgressPolicy<Place>) {
    for (const entry of entries) this.byHost.add(entry.host, entry);
  }

  /** The decision of `decideEgress` over the whole policy. */
  decide(access: EgressAccess): Decision<Place> {
    return decideEgress({ entries: this.entriesFor(access) }, access);
  }

  /** The protocols by which a request has to be read, as `protocolsAsked` says them of the whole policy. */
  protocolsFor(access: EgressAccess): readonly InnerProtocol[] {
    return protocolsAsked({ entries: this.entriesFor(access) }, access);
  }

  /** Entries that speak of the host of an access; none where it has no host that exists. */
  entriesFor(access: EgressAccess): readonly EgressEntry<Place>[] {
    const host = parseHost(access.host);
    return host.ok ? this.byHost.matching(host.host) : [];
  }
}
