import {
  proposalBlueprintUnfit,
  proposalCovered,
  proposalDenied,
  proposalNotExact,
  proposalNotMeant,
} from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import { hostMatches, parseHost } from '../../compiler/domain/host.ts';
import { contains } from '../../compiler/domain/interval-set.ts';
import { addEntry } from '../../compiler/edit/add/add-entry.ts';
import { INNER_PROTOCOLS } from '../../compiler/frontend/blueprint/inner-protocol.ts';
import { decide } from '../../compiler/ir/decide.ts';
import type { EgressPolicy, InnerProtocol } from '../../compiler/ir/egress.ts';
import type { WrittenPlace } from '../../compiler/ir/origin.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import type { SourceReader } from '../../compiler/source/source-reader.ts';
import { type Entry, type EntryGrant, entryPlain } from './entry.ts';
import type { Evidence } from './evidence.ts';
import { meansExactly } from './exact-meaning.ts';
import { roundOf } from './message.ts';
import { type AskedRequest, narrowestEntries } from './narrowest.ts';
import { type Step, stop } from './outcome.ts';
import type { Widths } from './widths.ts';

/** A blueprint with entries added, shown to mean what it should. */
export interface Edited {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly old: Policy;
  readonly next: Policy;
  readonly entries: readonly Entry[];
}

/** A blueprint before it is edited, and how it is compiled. */
export interface Editable {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reader: SourceReader;
  readonly bindings: Bindings;
}

/** What of the requests is not allowed yet, and a note for each that is. */
export function stillRefused(
  evidence: readonly Evidence[],
  old: Policy,
  branch: string,
): { readonly open: readonly Evidence[]; readonly notes: readonly Diagnostic[] } {
  const open: Evidence[] = [];
  const notes: Diagnostic[] = [];
  for (const one of evidence) {
    const decisions = one.accesses.map((access) => decide(old, access));
    const [first] = decisions;
    if (decisions.every(({ verdict }) => verdict === 'allow') && first?.verdict === 'allow') {
      const { id, origin } = first.by;
      notes.push(
        diagnose(proposalCovered, null, { request: one.request.id, entry: id, path: origin.file, branch }),
      );
    } else open.push(one);
  }
  return { open, notes };
}

/** The policy of the blueprint as it is, or why it cannot be added to. */
export function policyBefore({ path, bytes, reader, bindings }: Editable): Step<{ readonly old: Policy }> {
  const { policy, diagnostics } = loadPolicy(path, bytes, reader, bindings);
  if (policy !== null) return { ok: true, old: policy };
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return stop(
    diagnose(proposalBlueprintUnfit, null, { path, problem: 'it is not valid on the base branch' }),
    ...errors,
  );
}

/** Adds the narrowest entries for what is refused, and holds the result to what it should mean. */
export function edit(
  editable: Editable,
  old: Policy,
  open: readonly Evidence[],
  grantOf: (entry: Entry) => EntryGrant,
  widths: Widths,
): Step<{ readonly edited: Edited }> {
  const { path, bytes } = editable;
  const denied = open.flatMap((one) => denialOf(one, old));
  if (denied.length > 0) return stop(...denied);
  const narrowed = narrowestEntries(
    open.map((one) => askedRequest(one, old)),
    widths,
  );
  if (!narrowed.ok) return stop(diagnose(proposalNotExact, null, narrowed));
  const entries = narrowed.entries.map((entry) => withFreeKey(entry, old));
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let after = before;
  for (const entry of entries) {
    const value = entryPlain(entry, grantOf(entry));
    const added = addEntry(new SourceFile(path, after), 'network_policies', entry.key, value);
    if (added === null) {
      const problem = `its text takes no entry \`${entry.key}\` without changing other lines`;
      return stop(diagnose(proposalBlueprintUnfit, null, { path, problem }));
    }
    after = added;
  }
  return held({ path, before, after, entries, old }, editable, open);
}

/** A request that was granted before, and whose grant has ended, gets another entry. */
function withFreeKey(entry: Entry, old: Policy): Entry {
  const round = roundOf([entry.key], old);
  return round === 0 ? entry : { ...entry, key: `${entry.key}-${round + 1}` };
}

/** What an edit has to mean, over all accesses, before anybody sees it. */
function held(
  made: Omit<Edited, 'next'>,
  { reader, bindings }: Editable,
  open: readonly Evidence[],
): Step<{ readonly edited: Edited }> {
  const { path, after, entries, old } = made;
  const { policy: next, diagnostics } = loadPolicy(path, Buffer.from(after), reader, bindings);
  const refuse = (problem: string) => stop(diagnose(proposalNotMeant, null, { path, problem }));
  if (next === null || hasErrors(diagnostics)) {
    const first = diagnostics.find(({ severity }) => severity === 'error');
    return refuse(`with the new entry it would not be valid (${first?.message ?? 'it says nothing'})`);
  }
  const lacking = open.find(({ accesses }) =>
    accesses.some((access) => decide(next, access).verdict === 'deny'),
  );
  if (lacking !== undefined) return refuse(`the new entry would not let \`${lacking.request.id}\` through`);
  const plain = Object.fromEntries(entries.map((entry) => [entry.key, entryPlain(entry, null)]));
  if (!meansExactly(withoutEnds(old), withoutEnds(next), plain, reader, bindings)) {
    return refuse('it cannot be shown that it would mean exactly what it means now and the new entry');
  }
  return { ok: true, edited: { ...made, next } };
}

/** An end that every new entry has is no access more or less than the entry itself. */
function withoutEnds(policy: Policy): Policy {
  const entries = policy.egress.entries.map((entry) => {
    const { grant } = entry;
    return { ...entry, grant: { ...grant, approval: null } };
  });
  return { ...policy, egress: { entries } } as Policy;
}

function denialOf({ request, accesses }: Evidence, old: Policy): Diagnostic[] {
  for (const access of accesses) {
    const decision = decide(old, access);
    if (decision.verdict === 'allow' || decision.why !== 'denied') continue;
    const { id, origin } = decision.by;
    const place = `${origin.file}:${origin.line}`;
    return [diagnose(proposalDenied, null, { request: request.id, entry: id, place })];
  }
  return [];
}

function askedRequest({ request, accesses }: Evidence, old: Policy): AskedRequest {
  return { id: request.id, accesses, nearest: protocolNear(request, old.egress) };
}

/** By what the entry reads requests that came nearest, or another one of the same host and port. */
export function protocolNear(
  { asked, nearest }: Evidence['request'],
  egress: EgressPolicy<WrittenPlace>,
): InnerProtocol | null {
  const host = parseHost(asked.host);
  const inner = egress.entries.filter((entry) =>
    (INNER_PROTOCOLS as readonly string[]).includes(entry.visibility),
  );
  const found =
    inner.find(({ grant }) => grant.id === nearest?.id) ??
    inner.find((entry) => host.ok && hostMatches(entry.host, host.host) && contains(entry.ports, asked.port));
  return (found?.visibility as InnerProtocol | undefined) ?? null;
}
