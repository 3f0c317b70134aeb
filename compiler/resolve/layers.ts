import { posix } from 'node:path';
import {
  resolveAccessLevel,
  resolveCycle,
  resolveDepth,
  resolveMissing,
  resolveOverride,
  resolveWrongKind,
} from '../diagnostics/catalog/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import { nearestWord } from '../diagnostics/nearest-word.ts';
import type { Blueprint, Extension } from '../frontend/blueprint/blueprint.ts';
import type { Part } from '../frontend/front-end.ts';
import { type ParsedSource, parseSource } from '../frontend/parse-source.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { Span } from '../source/span.ts';
import { inputName, joinBeside } from './file-name.ts';
import type { Input } from './resolved.ts';

const FILE_LIMIT = 64;

/** One file's own words, and which other layers it builds on. */
export interface Layer {
  readonly name: string;
  /** Replaced once, when variables are put in. */
  blueprint: Blueprint;
  /** How it came in by the shortest way, outermost first, ending with its own name. */
  trail: readonly string[];
  /** The `extends` entry that brought it in; the root stands for itself. */
  askedFor: Span;
  /** All layers that this one extends, directly or through others. */
  readonly beneath: ReadonlySet<Layer>;
}

/** Layers in the order in which they hold: what is extended stands before what extends it; the root is last. */
export interface Layers {
  readonly layers: readonly Layer[];
  readonly inputs: readonly Input[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads everything that `root` extends. A file that several others extend is one layer. */
export function loadLayers(name: string, root: Blueprint, bytes: Uint8Array, reader: SourceReader): Layers {
  const loading = new Loading(name, reader);
  loading.inputs.push({ name: posix.basename(name), bytes });
  loading.addBlueprint(root, name, [name], root.span);
  return {
    layers: withoutFartherLevels(loading.layers, loading.diagnostics),
    inputs: loading.inputs,
    diagnostics: loading.diagnostics,
  };
}

/**
 * A preset that comes in at two access levels counts once, at the level that was asked for nearest to the root: a
 * blueprint can ask for more, or less, than the tier that it extends.
 */
function withoutFartherLevels(layers: readonly Layer[], diagnostics: Diagnostic[]): readonly Layer[] {
  const nearest = new Map<string, Layer>();
  for (const layer of layers) {
    const preset = presetOfLevel(layer);
    if (preset === null) continue;
    const other = nearest.get(preset);
    if (!other || layer.trail.length < other.trail.length) nearest.set(preset, layer);
  }
  return layers.filter((layer) => {
    const preset = presetOfLevel(layer);
    if (preset === null) return true;
    const kept = nearest.get(preset)!;
    if (kept.trail.length === layer.trail.length) return true;
    diagnostics.push(
      diagnose(resolveOverride, kept.askedFor, { what: `\`${preset}\``, from: layer.trail }, [
        { span: layer.askedFor, label: 'asked for here' },
      ]),
    );
    return false;
  });
}

function presetOfLevel(layer: Layer): string | null {
  const at = layer.name.lastIndexOf('@');
  return layer.name.startsWith('preset:') && at !== -1 ? layer.name.slice(0, at) : null;
}

class Loading {
  readonly layers: Layer[] = [];
  readonly inputs: Input[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #known = new Map<string, Layer>();
  readonly #parsed = new Map<string, ParsedSource | null>();
  readonly #root: string;
  readonly #reader: SourceReader;

  constructor(root: string, reader: SourceReader) {
    this.#root = root;
    this.#reader = reader;
  }

  addBlueprint(blueprint: Blueprint, name: string, trail: readonly string[], askedFor: Span): Layer {
    const known = this.shorter(name, trail, askedFor);
    if (known) return known;
    const beneath = new Set<Layer>();
    for (const extension of blueprint.extends) {
      const layer = this.extend(extension, name, trail);
      if (!layer) continue;
      beneath.add(layer);
      for (const lower of layer.beneath) beneath.add(lower);
    }
    return this.add({ name, blueprint, trail, askedFor, beneath });
  }

  private add(layer: Layer): Layer {
    this.#known.set(layer.name, layer);
    this.layers.push(layer);
    return layer;
  }

  /** A layer that is already there, under the shortest way in that was found. */
  private shorter(name: string, trail: readonly string[], askedFor: Span): Layer | undefined {
    const known = this.#known.get(name);
    if (known && trail.length < known.trail.length) {
      known.trail = trail;
      known.askedFor = askedFor;
    }
    return known;
  }

  private extend(extension: Extension, from: string, trail: readonly string[]): Layer | null {
    const name =
      extension.kind === 'file'
        ? joinBeside(from, extension.name.value)
        : `${extension.kind}:${extension.name.value}`;
    if (trail.includes(name)) {
      return this.refuse(diagnose(resolveCycle, extension.name.span, { trail: [...trail, name] }));
    }
    if (trail.length >= FILE_LIMIT || this.#parsed.size >= FILE_LIMIT) {
      return this.refuse(diagnose(resolveDepth, extension.name.span, { limit: FILE_LIMIT }));
    }
    const parsed = this.read(extension, name);
    if (parsed === null || parsed.kind === 'nothing') return null;
    if (parsed.kind !== 'blueprint' && parsed.kind !== 'part') {
      const { span } = extension.name;
      const found = parsed.kind === 'policy-test' ? 'file of policy tests' : `file of ${parsed.kind}`;
      return this.refuse(diagnose(resolveWrongKind, span, { name, wanted: extension.kind, found }));
    }
    const ownTrail = [...trail, name];
    if (parsed.kind === 'blueprint') {
      if (extension.kind !== 'file') {
        return this.refuse(
          diagnose(resolveWrongKind, extension.name.span, {
            name,
            wanted: extension.kind,
            found: 'blueprint',
          }),
        );
      }
      return this.addBlueprint(parsed.blueprint, name, ownTrail, extension.span);
    }
    return this.addPart(extension, parsed.part, name, ownTrail);
  }

  private addPart(extension: Extension, part: Part, name: string, trail: readonly string[]): Layer | null {
    const offered = [...part.levels.keys()];
    const access = extension.access?.value ?? null;
    const level = access === null ? null : part.levels.get(access);
    if (offered.length === 0 ? access !== null : !level) {
      const span = extension.access?.span ?? extension.name.span;
      return this.refuse(diagnose(resolveAccessLevel, span, { preset: part.header.name, access, offered }));
    }
    const common = this.addBlueprint(part.common, name, trail, extension.span);
    return level ? this.addLevel(`${name}@${access}`, level, common, trail, extension.span) : common;
  }

  private addLevel(
    name: string,
    level: Blueprint,
    common: Layer,
    presetTrail: readonly string[],
    askedFor: Span,
  ): Layer {
    const trail = [...presetTrail.slice(0, -1), name];
    const known = this.shorter(name, trail, askedFor);
    if (known) return known;
    return this.add({
      name,
      blueprint: level,
      trail,
      askedFor,
      beneath: new Set([common, ...common.beneath]),
    });
  }

  private read(extension: Extension, name: string): ParsedSource | null {
    const seen = this.#parsed.get(name);
    if (seen !== undefined) return seen;
    const { kind } = extension;
    const outcome =
      kind === 'file'
        ? this.#reader.readExtended(name, this.#root)
        : this.#reader.readShipped(kind, extension.name.value);
    if (!outcome.ok) {
      const nearest =
        kind === 'file' ? null : nearestWord(extension.name.value, this.#reader.listShipped(kind));
      this.refuse(
        diagnose(resolveMissing, extension.name.span, {
          kind,
          name: extension.name.value,
          detail: outcome.detail,
          nearest,
        }),
      );
      this.#parsed.set(name, null);
      return null;
    }
    this.inputs.push({ name: kind === 'file' ? inputName(name, this.#root) : name, bytes: outcome.bytes });
    const parsed = parseSource(name, outcome.bytes);
    this.diagnostics.push(...parsed.diagnostics);
    this.#parsed.set(name, parsed);
    return parsed;
  }

  private refuse(diagnostic: Diagnostic): null {
    this.diagnostics.push(diagnostic);
    return null;
  }
}
