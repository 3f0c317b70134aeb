import {
  lintInterpreter,
  lintInterpreterTunnel,
  lintReplaceableProgram,
} from '../../../diagnostics/catalog/lint/programs.ts';
import { Budget } from '../../../domain/automaton/budget.ts';
import { determinise } from '../../../domain/automaton/determinise.ts';
import { beneathPatterns, type Glob, globLiteral, languageOf } from '../../../domain/glob.ts';
import { isInterpreter } from '../../../domain/interpreters.ts';
import { type AbsolutePath, isBeneath } from '../../../domain/path.ts';
import type { NetworkPolicy } from '../../../frontend/blueprint/blueprint.ts';
import { type PathEntry, rightsOf } from '../../../ir/filesystem.ts';
import { entryAbove } from '../../../ir/path-lookup.ts';
import { type Finding, finding } from '../finding.ts';
import { egressWords, isOwn, type Subject } from '../subject.ts';

const PLACING = rightsOf('write_file', 'make_reg', 'make_sym', 'refer');
/** In states; a pattern and two folders take some dozens. */
const BUDGET = 20_000;

/** Programs that do what a script says. One note a network policy, and a warning where nobody looks into the tunnel. */
export function interpreters(subject: Subject): Finding[] {
  const notes = subject.resolved.network.flatMap(({ item }) => {
    const named = interpretersOf(item);
    const [first, ...others] = named;
    if (first === undefined || !isOwn(subject, item.key.span)) return [];
    const related = others.map(({ path }) => ({ span: path.span, label: 'and this one' }));
    const parameters = { names: named.map(({ path }) => path.value), policy: item.key.value };
    return [finding(lintInterpreter, first.path.span, parameters, { related })];
  });
  const tunnels = egressWords(subject).flatMap(({ network, endpoint, entry, isOwn: own }) => {
    const [first] = interpretersOf(network);
    if (!own || first === undefined || entry.visibility !== 'opaque') return [];
    const parameters = { host: endpoint.host.value, name: first.path.value };
    const related = [{ span: first.path.span, label: 'granted to this program' }];
    return [finding(lintInterpreterTunnel, endpoint.host.span, parameters, { related })];
  });
  return [...notes, ...tunnels];
}

function interpretersOf({ binaries }: NetworkPolicy) {
  return (binaries?.value ?? []).filter(({ path }) => isInterpreter(path.value));
}

/** Programs that stand where the agent may write, so that it can put others in their place. */
export function replaceablePrograms(subject: Subject): Finding[] {
  const { entries } = subject.policy.filesystem;
  const found = new Map<number, Finding>();
  for (const { network, entry, isOwn: own } of egressWords(subject)) {
    if (!own || entry.binaries.kind !== 'only') continue;
    for (const [at, { path, sha256 }] of entry.binaries.of.entries()) {
      const text = network.binaries!.value[at]!.path;
      if (sha256 !== null || /^\/\*\*(?:\/|$)/.test(text.value) || found.has(text.span.start)) continue;
      const writable = writableAt(path, entries);
      if (writable === null) continue;
      const parameters = { program: text.value, writable: writable.path };
      found.set(text.span.start, finding(lintReplaceableProgram, text.span, parameters));
    }
  }
  return [...found.values()];
}

/** The entry by which the agent may put a file where a program of the pattern stands; null for none. */
function writableAt(program: Glob, entries: readonly PathEntry[]): PathEntry | null {
  const literal = globLiteral(program);
  if (literal === null) return entries.find((one) => isPlaceable(program, one, entries)) ?? null;
  const above = entryAbove(entries, literal as AbsolutePath);
  return above !== null && (above.rights & PLACING) !== 0 ? above : null;
}

/** Whether some path of the pattern is where this very entry decides, and it lets the agent put a file there. */
function isPlaceable(program: Glob, entry: PathEntry, entries: readonly PathEntry[]): boolean {
  if ((entry.rights & PLACING) === 0 || !mayMeet(program, entry.path)) return false;
  const nested = entries.filter((other) => other !== entry && isBeneath(other.path, entry.path));
  const patterns = [
    [program],
    beneathPatterns(entry.path),
    nested.flatMap(({ path }) => beneathPatterns(path)),
  ];
  const labelled = determinise(languageOf(program), patterns, new Budget(BUDGET));
  if (labelled === null) return false;
  const { automaton, labels } = labelled;
  return automaton.outputs.some((output) => output >= 0 && String(labels[output]) === '0,1');
}

/** Cheap and necessary: what both begin with is the same. */
function mayMeet({ text }: Glob, path: string): boolean {
  const fixed = text.slice(0, text.search(/[*?]/));
  return fixed.startsWith(path) || path.startsWith(fixed);
}
