import type { Commits } from '../cli/git/commits.ts';
import { guardrailsOf } from '../cli/guardrails-file.ts';
import type { Io } from '../cli/io.ts';
import type { PolicyPair } from '../cli/policy-pair.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import type { Guardrail } from '../compiler/analysis/guardrails/guardrail.ts';
import type { Proof } from '../compiler/analysis/guardrails/proof.ts';
import { prove } from '../compiler/analysis/guardrails/prove.ts';
import { gateBadInput, gateBrokenBefore, gateNewGuardrails } from '../compiler/diagnostics/catalog/gate.ts';
import { guardrailBroken, guardrailUnknown } from '../compiler/diagnostics/catalog/guardrails.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../compiler/diagnostics/entry.ts';
import { parseGuardrails } from '../compiler/frontend/guardrails/front-end.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { fileStart } from './file-start.ts';
import { SHIPPED_GUARDRAILS, shippedGuardrails } from './world.ts';

/** The guardrails of the base branch. */
export interface BaseGuardrails {
  readonly guardrails: readonly Guardrail[];
  /** Words of their metadata. */
  readonly owners: readonly string[];
  /** Each path that was read for them, ceilings and what these extend among them. */
  readonly files: ReadonlySet<string>;
  readonly notes: readonly Diagnostic[];
}

/**
 * Reads guardrails, and the ceilings that they name, as the base branch has them. That there are none yet is no error as long as
 * the change brings them; a name that is in neither side is one.
 */
export function baseGuardrails(
  named: string,
  { old, next }: Commits,
  bindings: Bindings,
  io: Io,
): Step<BaseGuardrails> {
  const isShipped = named === 'default';
  const read = isShipped ? ({ ok: true, bytes: shippedGuardrails() } as const) : old.read(named);
  if (!read.ok) {
    if (read.reason === 'not-found' && next.entries.has(named)) {
      return {
        ok: true,
        guardrails: [],
        owners: [],
        files: new Set(),
        notes: [diagnose(gateNewGuardrails, null, { path: named })],
      };
    }
    const problem = `\`${named}\` cannot be read on the base branch: ${read.detail}`;
    return stop(diagnose(gateBadInput, null, { input: 'guardrails', problem }));
  }
  const { file, diagnostics } = parseGuardrails(isShipped ? SHIPPED_GUARDRAILS : named, read.bytes);
  if (file === null) return stop(...diagnostics);
  const files = new Set<string>();
  const reader = old.reader(io.reader, (path) => files.add(path));
  const compiled = guardrailsOf(file, named, bindings, { ...io, reader });
  if (compiled.guardrails === null || hasErrors(compiled.diagnostics)) return stop(...compiled.diagnostics);
  const owners = file.owners.map(({ value }) => value);
  return { ok: true, guardrails: compiled.guardrails, owners, files, notes: [] };
}

/** What a policy is held against: a ceiling is not held against ceilings, since it could never be raised. */
export function guardrailsFor(
  { old }: PolicyPair,
  { guardrails, files }: BaseGuardrails,
): readonly Guardrail[] {
  return files.has(old.name) ? guardrails.filter(({ property }) => property.kind !== 'maximum') : guardrails;
}

/** How one policy stands to one guardrail. */
export interface Proved {
  readonly path: string;
  readonly name: string;
  /** `broken-before`: it was broken already, and the change only narrows. */
  readonly outcome: Proof['outcome'] | 'broken-before';
  readonly findings: readonly Diagnostic[];
}

/**
 * Holds a changed policy against guardrails.
 *
 * @param old null where there was none
 * @param narrows whether nothing is new
 */
export function proveAll(
  path: string,
  old: Policy | null,
  next: Policy,
  narrows: boolean,
  guardrails: readonly Guardrail[],
  now: number,
): Proved[] {
  return guardrails.map(({ name, reason, span, property }) => {
    const proof = prove(next, property, now);
    if (proof.outcome === 'proved') return { path, name, outcome: 'proved', findings: [] };
    const related = [{ span, label: 'the guardrail' }];
    if (proof.outcome === 'inconclusive') {
      const finding = diagnose(
        guardrailUnknown,
        fileStart(path),
        { name, dimension: proof.dimension },
        related,
      );
      return { path, name, outcome: 'inconclusive', findings: [finding] };
    }
    if (narrows && old !== null && prove(old, property, now).outcome === 'broken') {
      const example = proof.counterexamples[0]?.words ?? 'it can be broken';
      return {
        path,
        name,
        outcome: 'broken-before',
        findings: [diagnose(gateBrokenBefore, fileStart(path), { name, path, example })],
      };
    }
    const findings = proof.counterexamples.map(({ words, origin }) =>
      diagnose(guardrailBroken, origin.span, { name, example: words, reason }, related),
    );
    return { path, name, outcome: 'broken', findings };
  });
}
