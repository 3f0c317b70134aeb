import {
  lintEnded,
  lintEndsSoon,
  lintWithoutEnd,
  lintWithoutOwner,
} from '../../../diagnostics/catalog/lint/grants.ts';
import { isBeneath, parseAbsolutePath } from '../../../domain/path.ts';
import type { GrantNote, PathItem } from '../../../frontend/blueprint/blueprint.ts';
import { parseExpiry } from '../../../ir/lower/expiry.ts';
import type { Policy } from '../../../ir/policy.ts';
import type { Span } from '../../../source/span.ts';
import { isBound } from '../certainty.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { type EgressWords, egressWords, isOwn, type Subject } from '../subject.ts';

const DAY = 86_400_000;
const SOON = 14;

/** One thing that is granted, and what is written about it under `grant`. */
interface Granted {
  readonly what: string;
  readonly place: Span;
  readonly note: GrantNote | null;
}

/**
 * Grants that reach out of the sandbox and name no owner or no end: network policies, credentials, and writable paths outside of the
 * working folder. A preset or tier grants nothing to anybody, so its entries need neither.
 */
export function unownedGrants(subject: Subject): Finding[] {
  if (subject.isPart) return [];
  const isOwned = subject.resolved.metadata.owners.length > 0;
  return [...grantedHosts(subject), ...grantedCredentials(subject), ...grantedPaths(subject)].flatMap(
    ({ what, place, note }) => [
      ...(note?.owner || isOwned ? [] : [finding(lintWithoutOwner, place, { what })]),
      ...(note?.expires ? [] : [finding(lintWithoutEnd, place, { what })]),
    ],
  );
}

/** One a network policy where none of its endpoints has a note of its own. */
function grantedHosts(subject: Subject): Granted[] {
  return subject.resolved.network.flatMap(({ item }) => {
    if (!isOwn(subject, item.key.span)) return [];
    const whole = {
      what: `the network policy \`${item.key.value}\``,
      place: item.key.span,
      note: item.grant,
    };
    const noted = item.endpoints.filter(({ grant }) => grant !== null);
    const single = noted.map(({ host, grant }) => ({
      what: `the endpoint \`${host.value}\``,
      place: host.span,
      note: grant,
    }));
    return noted.length === item.endpoints.length ? single : [whole, ...single];
  });
}

function grantedCredentials(subject: Subject): Granted[] {
  return subject.resolved.credentials.flatMap(({ item: { name, grant } }) =>
    isOwn(subject, name.span)
      ? [{ what: `the credential \`${name.value}\``, place: name.span, note: grant }]
      : [],
  );
}

function grantedPaths(subject: Subject): Granted[] {
  return subject.resolved.paths.flatMap(({ item }) => {
    const isJudged = item.mode === 'read_write' && isOwn(subject, item.path.span);
    if (!isJudged || isInWorkdir(item, subject)) return [];
    const what = `write access to \`${item.path.value}\``;
    return [{ what, place: item.path.span, note: item.grant }];
  });
}

function isInWorkdir({ path }: PathItem, { bindings }: Subject): boolean {
  const [inner, outer] = [path.value, bindings.workdir].map(parseAbsolutePath);
  return inner?.ok === true && outer?.ok === true && isBeneath(inner.path, outer.path);
}

/** Ends that are past, and those that are near. */
export function endingGrants(subject: Subject): Finding[] {
  return [...endpointNotes(subject), ...otherNotes(subject)].flatMap(({ what, note, place, fix }) => {
    const end = note?.expires ? parseExpiry(note.expires.value) : null;
    if (end === null) return [];
    const day = new Date(end - 1).toISOString().slice(0, 10);
    const days = Math.floor((end - subject.now) / DAY);
    if (end <= subject.now) {
      return [finding(lintEnded, place, { what, ended: day }, fix === null ? {} : { fix })];
    }
    return end - subject.now <= SOON * DAY ? [finding(lintEndsSoon, place, { what, ends: day, days })] : [];
  });
}

type Ending = Granted & { readonly fix: Fix | null };

/** By note: one `grant` of a network policy speaks for several endpoints, which then end together. */
function endpointNotes(subject: Subject): Ending[] {
  const byNote = new Map<GrantNote, EgressWords[]>();
  for (const words of egressWords(subject)) {
    const note = words.endpoint.grant ?? words.network.grant;
    if (words.isOwn && note !== null) byNote.set(note, [...(byNote.get(note) ?? []), words]);
  }
  return [...byNote].map(([note, members]) => {
    const [{ network, endpoint }] = members as [EgressWords, ...EgressWords[]];
    const isOne = endpoint.grant !== null;
    return {
      what: isOne ? `the endpoint \`${endpoint.host.value}\`` : `the network policy \`${network.key.value}\``,
      place: (note.expires ?? network.key).span,
      note,
      fix: note.expires !== null && isBound(note.expires.span) ? null : withoutEndpoints(members),
    };
  });
}

/** An ended entry allows nothing, but its denials go on, so one that has some cannot go without a person's word. */
function withoutEndpoints(members: readonly EgressWords[]): Fix | null {
  if (members.some(({ entry }) => entry.deny.length > 0)) return null;
  const gone = new Set(members.map(({ entry }) => entry.grant.id));
  return {
    title: 'remove what has ended',
    changes: members.map(({ endpoint }) => ({ kind: 'remove', span: endpoint.span })),
    intended: (policy: Policy): Policy => ({
      ...policy,
      egress: { entries: policy.egress.entries.filter(({ grant }) => !gone.has(grant.id)) },
    }),
  };
}

function otherNotes({ resolved, ...subject }: Subject): Ending[] {
  const { paths, environment, syscalls, limits, credentials, routes, accept } = resolved;
  const named = (what: string, { value, span }: { value: string; span: Span }, note: GrantNote | null) => ({
    what: `${what} \`${value}\``,
    place: (note?.expires ?? { span }).span,
    note,
    fix: null,
  });
  const all = [
    ...paths.map(({ item }) => named('the grant of', item.path, item.grant)),
    ...environment.map(({ item }) => named('the variable', item.name, item.grant)),
    ...syscalls.map(({ item }) => named('the rule for', item.name, item.grant)),
    ...limits.map(({ item }) => named('the limit', item.name, item.grant)),
    ...credentials.map(({ item }) => named('the credential', item.name, item.grant)),
    ...routes.map(({ item }) => named('the route', item.name, item.grant)),
    ...accept.map(({ item }) => named('the acceptance of', item.gap, item.grant)),
  ];
  return all.filter(({ place }) => isOwn(subject, place));
}
