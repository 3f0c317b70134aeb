import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Blueprint } from './blueprint/blueprint.ts';
import type { YamlTree } from './yaml/tree.ts';

/** What a preset or tier file is, beside the blueprint parts it carries. */
export interface PresetHeader {
  readonly name: string;
  readonly description: string;
  /** The access levels that it offers, first one the default; empty when it offers no choice. */
  readonly accessLevels: readonly string[];
}

/** One parsed source. `blueprint` is null exactly when `diagnostics` holds an error. */
export interface Parsed {
  readonly blueprint: Blueprint | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** One source language. The first front end whose `claims` says yes reads the file. */
export interface FrontEnd {
  readonly name: 'blueprint' | 'openshell';
  /** Looks only at the top-level keys, so that a file with a mistake is still read by the right front end. */
  claims(tree: YamlTree): boolean;
  parse(tree: YamlTree): Parsed;
}

/** A file with `kind: Preset` or `kind: Tier`: what it always brings, and what each access level adds. */
export interface Part {
  readonly header: PresetHeader;
  readonly common: Blueprint;
  readonly levels: ReadonlyMap<string, Blueprint>;
}

export interface ParsedPart {
  readonly part: Part | null;
  readonly diagnostics: readonly Diagnostic[];
}
