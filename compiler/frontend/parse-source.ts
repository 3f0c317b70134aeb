import { sourceUnknownLanguage } from '../diagnostics/catalog/source.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../diagnostics/entry.ts';
import type { Span } from '../source/span.ts';
import type { Blueprint } from './blueprint/blueprint.ts';
import { blueprintFrontEnd, parsePart } from './blueprint/front-end.ts';
import { type PolicyTestFile, parsePolicyTestFile } from './blueprint/policy-test-file.ts';
import type { FrontEnd, Part } from './front-end.ts';
import { parseGuardrailsFile } from './guardrails/front-end.ts';
import type { GuardrailsFile } from './guardrails/guardrails.ts';
import { openshellFrontEnd, parseNemoclawPreset } from './openshell/front-end.ts';
import { checkSchema } from './schema/check.ts';
import { concealInText } from './schema/conceal.ts';
import { readYaml } from './yaml/read.ts';
import type { YamlTree } from './yaml/tree.ts';

/** The source languages, each with a front end of its own. */
const FRONT_ENDS: readonly FrontEnd[] = [blueprintFrontEnd, openshellFrontEnd];

/** What one file turned out to be. `nothing` exactly when `diagnostics` holds an error. */
export type ParsedSource = { readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly kind: 'blueprint'; readonly blueprint: Blueprint }
  | { readonly kind: 'policy-test'; readonly file: PolicyTestFile }
  | { readonly kind: 'guardrails'; readonly file: GuardrailsFile }
  /** Right by its schema, and nothing about one agent. */
  | { readonly kind: 'controls' | 'target'; readonly file: { readonly kindSpan: Span } }
  | { readonly kind: 'part'; readonly partKind: 'preset' | 'tier'; readonly part: Part }
  | { readonly kind: 'nothing' }
);

/** Reads one file in whichever source language it is written. Never throws on any bytes. */
export function parseSource(path: string, bytes: Uint8Array): ParsedSource {
  const { tree, diagnostics } = readYaml(path, bytes);
  if (hasErrors(diagnostics)) {
    return { kind: 'nothing', diagnostics: concealInText(diagnostics, tree.source) };
  }
  const partKind = partKindOf(tree);
  if (partKind !== null) {
    const parsed = partKind === 'foreign' ? parseNemoclawPreset(tree) : parsePart(tree);
    const all = [...diagnostics, ...parsed.diagnostics];
    return parsed.part === null
      ? { kind: 'nothing', diagnostics: all }
      : {
          kind: 'part',
          partKind: partKind === 'tier' ? 'tier' : 'preset',
          part: parsed.part,
          diagnostics: all,
        };
  }
  if (kindOf(tree) === 'PolicyTest') {
    const { file, diagnostics: found } = parsePolicyTestFile(tree);
    const all = [...diagnostics, ...found];
    return file === null
      ? { kind: 'nothing', diagnostics: all }
      : { kind: 'policy-test', file, diagnostics: all };
  }
  if (kindOf(tree) === 'Guardrails') {
    const { file, diagnostics: found } = parseGuardrailsFile(tree);
    const all = [...diagnostics, ...found];
    return file === null
      ? { kind: 'nothing', diagnostics: all }
      : { kind: 'guardrails', file, diagnostics: all };
  }
  if (kindOf(tree) === 'Controls' || kindOf(tree) === 'Target') {
    const kind = kindOf(tree) === 'Controls' ? 'controls' : 'target';
    const all = [...diagnostics, ...checkSchema(kind, tree)];
    return hasErrors(all)
      ? { kind: 'nothing', diagnostics: all }
      : { kind, file: { kindSpan: kindSpanOf(tree) }, diagnostics: all };
  }
  const frontEnd = FRONT_ENDS.find((candidate) => candidate.claims(tree));
  if (!frontEnd) {
    const span = { source: tree.source, start: tree.root?.start ?? 0, end: firstLineEnd(tree) };
    return { kind: 'nothing', diagnostics: [...diagnostics, diagnose(sourceUnknownLanguage, span, {})] };
  }
  const parsed = frontEnd.parse(tree);
  const all = [...diagnostics, ...parsed.diagnostics];
  return parsed.blueprint === null
    ? { kind: 'nothing', diagnostics: all }
    : { kind: 'blueprint', blueprint: parsed.blueprint, diagnostics: all };
}

/** `foreign`: a preset in the form of NVIDIA's NemoClaw. */
function partKindOf(tree: YamlTree): 'preset' | 'tier' | 'foreign' | null {
  if (tree.root?.kind !== 'mapping') return null;
  if (tree.root.entries.some(({ key }) => key === 'preset')) return 'foreign';
  const kind = kindOf(tree);
  if (kind === 'Preset') return 'preset';
  return kind === 'Tier' ? 'tier' : null;
}

function kindOf({ root }: YamlTree): unknown {
  if (root?.kind !== 'mapping') return null;
  const kind = root.entries.find((candidate) => candidate.key === 'kind')?.value;
  return kind?.kind === 'scalar' ? kind.value : null;
}

function kindSpanOf({ root, source }: YamlTree): Span {
  const node = root?.kind === 'mapping' ? root.entries.find(({ key }) => key === 'kind')?.value : undefined;
  return { source, start: node?.start ?? 0, end: node?.end ?? 0 };
}

function firstLineEnd(tree: YamlTree): number {
  const start = tree.root?.start ?? 0;
  const end = tree.source.text.indexOf('\n', start);
  return end === -1 ? tree.source.text.length : end;
}
