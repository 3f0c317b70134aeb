import { sourceNoPolicy, sourcePart } from './diagnostics/catalog/source.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from './diagnostics/entry.ts';
import type { Blueprint, Extension } from './frontend/blueprint/blueprint.ts';
import type { Part } from './frontend/front-end.ts';
import { parseSource } from './frontend/parse-source.ts';
import { lower } from './ir/lower.ts';
import type { Policy } from './ir/policy.ts';
import { resolve } from './resolve/resolve.ts';
import type { Bindings, Input } from './resolve/resolved.ts';
import type { SourceReader } from './source/source-reader.ts';
import { located } from './source/span.ts';

export interface LoadedPolicy {
  /** Null exactly when the diagnostics hold an error. */
  readonly policy: Policy | null;
  readonly inputs: readonly Input[];
  /** What the blueprint itself extends; empty where it could not be read. */
  readonly extended: readonly Extension[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The way from bytes to a policy: read, parse, resolve, lower. Stops at the first stage that finds an error, so that
 * one mistake is reported once. A preset or tier is no policy by itself and is refused.
 *
 * @param name the file as the user named it
 * @param reader gives the files that the blueprint extends
 */
export function loadPolicy(
  name: string,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): LoadedPolicy {
  const parsed = parseSource(name, bytes);
  if (parsed.kind === 'nothing')
    return { policy: null, inputs: [], extended: [], diagnostics: parsed.diagnostics };
  if (parsed.kind === 'part') {
    const { span } = parsed.part.common.metadata.name;
    const refusal = diagnose(sourcePart, span, { kind: parsed.partKind, name: parsed.part.header.name });
    return { policy: null, inputs: [], extended: [], diagnostics: [...parsed.diagnostics, refusal] };
  }
  if (parsed.kind !== 'blueprint') {
    const refusal = diagnose(sourceNoPolicy, parsed.file.kindSpan, { kind: parsed.kind });
    return { policy: null, inputs: [], extended: [], diagnostics: [...parsed.diagnostics, refusal] };
  }
  const loaded = meaningOf(name, parsed.blueprint, bytes, reader, bindings);
  return { ...loaded, diagnostics: [...parsed.diagnostics, ...loaded.diagnostics] };
}

/**
 * Everything that can be said about a file without a target, for whichever kind it is. A preset or tier is judged as it
 * would be in a blueprint that extends it, once for each access level.
 */
export function checkSource(
  name: string,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): readonly Diagnostic[] {
  const parsed = parseSource(name, bytes);
  if (parsed.kind !== 'blueprint' && parsed.kind !== 'part') return parsed.diagnostics;
  const blueprints = parsed.kind === 'blueprint' ? [parsed.blueprint] : asExtended(parsed.part);
  const findings = blueprints.flatMap(
    (blueprint) => meaningOf(name, blueprint, bytes, reader, bindings).diagnostics,
  );
  return withoutRepeats([...parsed.diagnostics, ...findings]);
}

/** The same for a blueprint that was read already, with findings at the places that its parts name. */
export function meaningOf(
  name: string,
  blueprint: Blueprint,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): LoadedPolicy {
  const { resolved, diagnostics } = resolve(name, blueprint, bytes, reader, bindings);
  const extended = blueprint.extends;
  if (hasErrors(diagnostics)) return { policy: null, inputs: resolved.inputs, extended, diagnostics };
  const lowered = lower(resolved, bindings);
  return {
    policy: lowered.policy,
    inputs: resolved.inputs,
    extended,
    diagnostics: [...diagnostics, ...lowered.diagnostics],
  };
}

/** What every level adds to what the part always brings, with the working folder that a blueprint would grant. */
function asExtended({ common, levels }: Part): Blueprint[] {
  const each = [common, ...levels.values()].map((level) =>
    level === common ? common : { ...level, extends: common.extends, variables: common.variables },
  );
  return each.map((blueprint) => ({ ...blueprint, filesystem: withWorkdir(blueprint) }));
}

function withWorkdir({ filesystem, span }: Blueprint): Blueprint['filesystem'] {
  const { includeWorkdir = null, paths = [] } = filesystem ?? {};
  return { span: filesystem?.span ?? span, includeWorkdir: includeWorkdir ?? located(true, span), paths };
}

function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, message, primary }) => {
    const key = `${code} ${primary?.source.path} ${primary?.start} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
