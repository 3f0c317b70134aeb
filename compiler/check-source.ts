import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { hasErrors } from './diagnostics/entry.ts';
import type { Blueprint } from './frontend/blueprint/blueprint.ts';
import type { Part } from './frontend/front-end.ts';
import { type ParsedSource, parseSource } from './frontend/parse-source.ts';
import { lower } from './ir/lower.ts';
import { resolve } from './resolve/resolve.ts';
import type { Bindings } from './resolve/resolved.ts';
import type { SourceReader } from './source/source-reader.ts';
import { located } from './source/span.ts';

/**
 * Everything that can be said about one file without a target. A preset or tier is checked as the blueprint that would
 * extend it: what all of them get, and what each access level adds.
 */
export function checkSource(
  name: string,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): readonly Diagnostic[] {
  const parsed = parseSource(name, bytes);
  const findings = [...parsed.diagnostics];
  for (const blueprint of blueprintsOf(parsed)) {
    const { resolved, diagnostics } = resolve(name, blueprint, bytes, reader, bindings);
    findings.push(...diagnostics);
    if (!hasErrors(diagnostics)) findings.push(...lower(resolved, bindings).diagnostics);
  }
  return findings;
}

function blueprintsOf(parsed: ParsedSource): Blueprint[] {
  if (parsed.kind === 'nothing') return [];
  return parsed.kind === 'blueprint' ? [parsed.blueprint] : asExtended(parsed.part);
}

/** The part and each of its levels as blueprints that are complete but for what the extending one has to say. */
function asExtended({ common, levels }: Part): Blueprint[] {
  const complete = (blueprint: Blueprint): Blueprint => ({
    ...blueprint,
    filesystem: {
      span: blueprint.span,
      paths: blueprint.filesystem?.paths ?? [],
      includeWorkdir: blueprint.filesystem?.includeWorkdir ?? located(true, blueprint.span),
    },
  });
  const withLevels = [...levels.values()].map((level) => ({
    ...level,
    variables: [...common.variables, ...level.variables],
    extends: [...common.extends, ...level.extends],
  }));
  return [common, ...withLevels].map(complete);
}
