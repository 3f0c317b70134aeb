import { parseHost } from '../../../domain/host.ts';
import { HostIndex } from '../../../domain/host-index.ts';
import type { EgressEntry } from '../../../ir/egress.ts';

/** Finds the entries that may speak of a host of another one, for a whole host without looking at all of them. */
export class NearEntries {
  readonly #entries: readonly EgressEntry[];
  readonly #byHost = new HostIndex<EgressEntry>();

  constructor(entries: readonly EgressEntry[]) {
    this.#entries = entries;
    for (const entry of entries) this.#byHost.add(entry.host, entry);
  }

  to({ host }: EgressEntry): readonly EgressEntry[] {
    const whole = host.kind === 'wildcard' ? null : parseHost(host.text);
    if (whole?.ok) return this.#byHost.matching(whole.host);
    const own = new HostIndex<null>();
    own.add(host, null);
    return this.#entries.filter((one) => own.mayMeet(one.host));
  }
}
