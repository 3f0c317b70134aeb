import { exportTunnelOpened } from '../../diagnostics/catalog/exported.ts';
import { type Draft, leftOut } from './endpoints.ts';
import { mayShareHost } from './hosts.ts';
import type { Translation } from './translation.ts';

/** The endpoints that OpenShell takes together, and which of them may say `tls: skip`. */
export interface Settled {
  readonly kept: readonly Draft[];
  readonly skipped: ReadonlySet<Draft>;
}

/**
 * "Endpoint Constraints" of OpenShell's policy schema reference: endpoints that can match the same name on the same port
 * must treat TLS alike and have the same `allowed_ips`, and inspected ones the same `enforcement` and protocol; else the whole policy is
 * refused. Of two that disagree the one without denials is left out, or the later.
 */
export function settle(drafts: readonly Draft[], translation: Translation): Settled {
  const groups = new Neighbours();
  const kept = new Set<Draft>();
  for (const draft of drafts) {
    const rivals = groups.of(draft).filter((other) => kept.has(other) && disagree(draft, other));
    const isWorthMore = draft.entry.deny.length > 0 && rivals.every(({ entry }) => entry.deny.length === 0);
    const losers = isWorthMore ? rivals : rivals.length > 0 ? [draft] : [];
    if (!losers.includes(draft)) kept.add(draft);
    for (const loser of losers) {
      kept.delete(loser);
      leftOut(loser.entry, 'another endpoint for the same host and port says something else', translation);
    }
    groups.add(draft);
  }
  const all = drafts.filter((draft) => kept.has(draft));
  return { kept: all, skipped: tunnelsThatStayClosed(all, groups, translation) };
}

/** Tunnels but those that meet an inspected endpoint, or another tunnel that does. */
function tunnelsThatStayClosed(
  kept: readonly Draft[],
  groups: Neighbours,
  translation: Translation,
): ReadonlySet<Draft> {
  const isKept = new Set(kept);
  const opened = new Set(kept.filter(({ entry }) => entry.visibility !== 'opaque'));
  for (const draft of opened) {
    for (const other of groups.of(draft)) {
      if (!isKept.has(other) || opened.has(other)) continue;
      opened.add(other);
      translation.change(exportTunnelOpened, other.entry.grant, { host: other.entry.host.text });
    }
  }
  return new Set(kept.filter((draft) => !opened.has(draft)));
}

function inspection({ entry }: Draft): string {
  return `${entry.enforcement} ${entry.visibility}`;
}

function disagree(a: Draft, b: Draft): boolean {
  const areInspected = a.entry.visibility !== 'opaque' && b.entry.visibility !== 'opaque';
  const blocks = ({ allowedIps }: Draft) => JSON.stringify(allowedIps && [...allowedIps].sort());
  return blocks(a) !== blocks(b) || (areInspected && inspection(a) !== inspection(b));
}

/** Endpoints by host, so that those with plain names, the usual case, are looked up. */
class Neighbours {
  readonly #named = new Map<string, Draft[]>();
  readonly #wild: Draft[] = [];

  add(draft: Draft): void {
    const { kind, text } = draft.entry.host;
    if (kind === 'wildcard') this.#wild.push(draft);
    else this.#named.set(text, [...(this.#named.get(text) ?? []), draft]);
  }

  /** Those that can match the same name on the same port, itself not included. */
  of(draft: Draft): Draft[] {
    const { host } = draft.entry;
    const named =
      host.kind === 'wildcard' ? [...this.#named.values()].flat() : (this.#named.get(host.text) ?? []);
    return [...named, ...this.#wild].filter(
      (other) =>
        other !== draft &&
        mayShareHost(host, other.entry.host) &&
        other.ports.some((port) => draft.ports.includes(port)),
    );
  }
}
