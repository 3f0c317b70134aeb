import { parseAddress } from '../../domain/address.ts';
import { DEFAULT_BUDGET } from '../../domain/automaton/budget.ts';
import { buildDiagram } from '../../domain/diagram/build.ts';
import type { Entry, Roles } from '../../domain/diagram/continuation.ts';
import type { DimensionSet } from '../../domain/diagram/dimension.ts';
import { findPoint } from '../../domain/diagram/find-point.ts';
import { numberSet } from '../../domain/diagram/number-dimension.ts';
import { tagSet } from '../../domain/diagram/tag-dimension.ts';
import { textSet } from '../../domain/diagram/text-dimension.ts';
import type { Glob } from '../../domain/glob.ts';
import { HostIndex } from '../../domain/host-index.ts';
import { intervalSet } from '../../domain/interval-set.ts';
import type { EgressEntry } from '../../ir/egress.ts';
import { ALLOWING, DENYING, type EgressBox, egressBoxes, egressDimensions } from '../../ir/egress-boxes.ts';
import { ALL, only } from '../../ir/extent.ts';
import { refusedOperations, type Sets } from '../../ir/operation-boxes.ts';
import type { Policy } from '../../ir/policy.ts';
import { seenMask } from '../../ir/seen.ts';
import { accessAt, READABLE } from '../difference/egress/witness.ts';
import type { EgressSet } from './guardrail.ts';
import { allowedAccess, brokenBy, PROVED, type Proof } from './proof.ts';

/** The role of what the guardrail forbids. */
const FORBIDDEN = 4;
const BROKEN = 1;

/** Looks for an access to the network that the policy allows and the guardrail forbids, among all there are. */
export function proveEgress(
  policy: Policy,
  set: EgressSet,
  exempt: readonly Glob[],
  budget = DEFAULT_BUDGET,
): Proof {
  const concerned = concernedEntries(policy.egress.entries, set);
  if (concerned.length === 0) return PROVED;
  const dimensions = egressDimensions(concerned, set.operations.kind === 'only' ? set.operations.of : []);
  const boxes: readonly { roles: Roles; sets: Sets }[] = [
    ...concerned.flatMap((entry) => egressBoxes(entry).map((box) => withItsAddress(entry, box))),
    ...forbiddenSets(set, exempt).map((sets) => ({ roles: FORBIDDEN, sets })),
  ];
  const built = buildDiagram({
    dimensions,
    entries: boxes.map(
      ({ roles, sets }): Entry => ({ roles, sets: dimensions.map(({ name }) => sets[name] ?? null) }),
    ),
    verdictOf: (roles) => (roles === (ALLOWING | FORBIDDEN) ? BROKEN : 0),
    mootRoles,
    budget,
  });
  if (!built.ok) return { outcome: 'inconclusive', dimension: built.dimension };
  const point = findPoint(built.diagram, BROKEN, READABLE);
  return brokenBy(point === null ? [] : [allowedAccess(policy, accessAt(dimensions, point))]);
}

/** Nothing counts where nothing is forbidden, where nothing can be allowed, or behind a certain denial. */
function mootRoles(certain: Roles, possible: Roles): Roles {
  const isDenied = (certain & DENYING) !== 0;
  const isOpen = (possible & ALLOWING) !== 0 && (possible & FORBIDDEN) !== 0;
  return isOpen && !isDenied ? 0 : ALLOWING | DENYING | FORBIDDEN;
}

function concernedEntries(entries: readonly EgressEntry[], { hosts }: EgressSet): readonly EgressEntry[] {
  if (hosts.kind !== 'only') return entries;
  const meant = new HostIndex<null>();
  for (const host of hosts.of) meant.add(host, null);
  return entries.filter(({ host }) => meant.mayMeet(host));
}

/** An address that is asked for by itself is the one that is dialled; a guardrail may forbid just that one. */
function withItsAddress({ host }: EgressEntry, { roles, sets }: EgressBox): { roles: Roles; sets: Sets } {
  const literal = host.kind === 'address' ? parseAddress(host.text) : null;
  if (!literal?.ok) return { roles, sets };
  const itself = numberSet([{ low: literal.address, high: literal.address }]);
  return { roles, sets: { ...sets, address: itself } };
}

/** The forbidden requests, and the streams in which they could be made unseen. */
function forbiddenSets(set: EgressSet, exempt: readonly Glob[]): Sets[] {
  const { hosts, ports, binaries, addresses, methods, paths, operations, streamsOnly } = set;
  const connection: Record<string, DimensionSet> = {};
  if (hosts.kind === 'only') connection.host = textSet(hosts.of);
  if (ports.kind === 'only') connection.port = numberSet(intervalSet(ports.of));
  if (addresses.kind === 'only') connection.address = numberSet(intervalSet(addresses.of));
  if (binaries.kind === 'only') connection.binary = textSet(binaries.of, exempt);
  else if (exempt.length > 0) connection.binary = textSet('all', exempt);
  const stream = { ...connection, visibility: tagSet(seenMask('opaque')) };
  if (streamsOnly) return [stream];
  const request: Record<string, DimensionSet> = { ...connection };
  if (methods.kind === 'only') request.method = tagSet(methods.of);
  if (paths.kind === 'only') request.path = textSet(paths.of);
  const asked = operations.kind === 'only' ? operations.of.map((one) => only(one)) : [ALL];
  return [stream, ...asked.flatMap(refusedOperations).map((inside) => ({ ...request, ...inside }))];
}
