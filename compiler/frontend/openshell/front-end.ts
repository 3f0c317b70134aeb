import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import type { FrontEnd, Parsed, ParsedPart } from '../front-end.ts';
import { sandboxName, stemOf } from '../sandbox-name.ts';
import { checkSchema } from '../schema/check.ts';
import type { SchemaName } from '../schema/published.ts';
import type { YamlNode, YamlTree } from '../yaml/tree.ts';
import { translateFilesystem, translateLandlock } from './filesystem.ts';
import { baseOf, reportMachinery, translateInference } from './nemoclaw.ts';
import { refuseMiddlewares, translateNetwork } from './network.ts';
import { translateProcess, translateSyscalls } from './process.ts';
import { entryAt, Translation, valueAt } from './translation.ts';

/** Keys that only a blueprint of this project has at the top. */
const OWN_KEYS = ['apiVersion', 'kind', 'metadata', 'extends'];

/**
 * Reads what users of NVIDIA OpenShell and NemoClaw have: sandbox policies (`version: 1`), presets (`preset:`) and
 * NemoClaw's blueprint.yaml (`components:`). Field list and meaning: github.com/NVIDIA/OpenShell, its policy schema
 * reference, crates/openshell-policy and the Rego rules of openshell-supervisor-network; github.com/NVIDIA/NemoClaw,
 * schemas/ and nemoclaw-blueprint/. Where versions of OpenShell differ, the reading that allows less is taken.
 * Every difference in meaning is a note or a warning; what cannot be said as a blueprint is an error.
 */
export const openshellFrontEnd: FrontEnd = {
  name: 'openshell',
  claims: (tree) => {
    const has = (key: string) => entryIn(tree, key) !== null;
    if (OWN_KEYS.some(has)) return false;
    return ['version', 'preset', 'components', 'min_openshell_version'].some(has);
  },
  parse,
};

/** A NemoClaw preset as a part that blueprints extend. It offers no access levels. */
export function parseNemoclawPreset(tree: YamlTree): ParsedPart {
  const { blueprint, diagnostics } = parse(tree);
  if (blueprint === null) return { part: null, diagnostics };
  const header = {
    name: blueprint.metadata.name.value,
    description: blueprint.metadata.description?.value ?? '',
    accessLevels: [],
  };
  return { part: { header, common: blueprint, levels: new Map() }, diagnostics };
}

function parse(tree: YamlTree): Parsed {
  const kind = kindOf(tree);
  const mistakes = checkSchema(kind, tree);
  const root = tree.root;
  if (hasErrors(mistakes) || root === null) return { blueprint: null, diagnostics: mistakes };
  const translation = new Translation(tree.source);
  const blueprint = TRANSLATE[kind](root, translation);
  const diagnostics = [...mistakes, ...translation.diagnostics].sort(byPlace);
  return { blueprint: hasErrors(diagnostics) ? null : blueprint, diagnostics };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.primary?.start ?? 0) - (b.primary?.start ?? 0);
}

type Kind = 'openshell-policy' | 'nemoclaw-preset' | 'nemoclaw-blueprint';

function kindOf(tree: YamlTree): Kind & SchemaName {
  if (entryIn(tree, 'preset')) return 'nemoclaw-preset';
  return entryIn(tree, 'components') || entryIn(tree, 'min_openshell_version')
    ? 'nemoclaw-blueprint'
    : 'openshell-policy';
}

function entryIn(tree: YamlTree, key: string) {
  return tree.root?.kind === 'mapping' ? entryAt(tree.root, key) : null;
}

const TRANSLATE: Readonly<Record<Kind, (root: YamlNode, translation: Translation) => Blueprint>> = {
  'openshell-policy': (root, translation) => {
    const version = entryAt(root, 'version')!;
    const place = translation.keySpan(version);
    refuseMiddlewares(valueAt(root, 'network_middlewares'), translation);
    return {
      ...emptyBlueprint(translation.spanOf(root), nameOfFile(place)),
      filesystem: translateFilesystem(root, place, translation),
      landlock: translateLandlock(root, place, translation),
      process: translateProcess(root, place, translation),
      syscalls: translateSyscalls(place, translation),
      network: translateNetwork(valueAt(root, 'network_policies'), translation),
    };
  },
  'nemoclaw-preset': (root, translation) => {
    const header = valueAt(root, 'preset');
    const name = translation.text(valueAt(header, 'name')!);
    const description = valueAt(header, 'description');
    const blank = emptyBlueprint(translation.spanOf(root), asName(name));
    return {
      ...blank,
      metadata: { ...blank.metadata, description: description && translation.text(description) },
      network: translateNetwork(valueAt(root, 'network_policies'), translation),
    };
  },
  'nemoclaw-blueprint': (root, translation) => {
    const components = entryAt(root, 'components')!;
    const name = valueAt(valueAt(components.value, 'sandbox'), 'name');
    const description = valueAt(root, 'description');
    const place = translation.keySpan(components);
    const blank = emptyBlueprint(
      translation.spanOf(root),
      name ? asName(translation.text(name)) : nameOfFile(place),
    );
    reportMachinery(root, components.value, translation);
    return {
      ...blank,
      metadata: { ...blank.metadata, description: description && translation.text(description) },
      extends: baseOf(components.value, translation),
      network: translateNetwork(valueAt(valueAt(components.value, 'policy'), 'additions'), translation),
      inference: translateInference(components.value, translation),
    };
  },
};

function emptyBlueprint(span: Span, name: Located<string>): Blueprint {
  return {
    span,
    metadata: { name, description: null, owners: [], labels: [] },
    extends: [],
    variables: [],
    filesystem: null,
    landlock: null,
    process: null,
    syscalls: null,
    resources: [],
    network: [],
    credentials: [],
    inference: null,
    residency: null,
    accept: [],
    tests: [],
  };
}

/** A policy of OpenShell has no name of its own, so its file gives one. */
function nameOfFile(place: Span): Located<string> {
  return asName(located(stemOf(place.source.path), place));
}

function asName({ value, span }: Located<string>): Located<string> {
  return located(sandboxName(value, 'openshell-policy'), span);
}
