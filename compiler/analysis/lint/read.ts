import { posix } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import type { Blueprint } from '../../frontend/blueprint/blueprint.ts';
import type { Part } from '../../frontend/front-end.ts';
import { parseSource } from '../../frontend/parse-source.ts';
import { lower } from '../../ir/lower.ts';
import { resolve } from '../../resolve/resolve.ts';
import type { Bindings } from '../../resolve/resolved.ts';
import type { SourceReader } from '../../source/source-reader.ts';
import { located, type Span } from '../../source/span.ts';
import type { Reading } from './subject.ts';

/** How one file can be read: a blueprint in one way, a preset in one way for each access level. */
export interface Readings {
  /** Empty where the diagnostics hold an error. */
  readonly readings: readonly Reading[];
  readonly diagnostics: readonly Diagnostic[];
  /** Where only one of the readings has what stands in the text: the access levels of a preset. */
  readonly levels: readonly Span[];
}

/**
 * Reads a file for the linter: its words and their meaning side by side. A preset or tier is read as in a blueprint that
 * extends it and works in its folder.
 *
 * @param name the file as the user named it
 */
export function readForLint(
  name: string,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): Readings {
  const parsed = parseSource(name, bytes);
  const none = { readings: [], levels: [] };
  if (parsed.kind !== 'blueprint' && parsed.kind !== 'part') {
    return { ...none, diagnostics: parsed.diagnostics };
  }
  const isPart = parsed.kind === 'part';
  const about = { file: isPart ? posix.normalize(name) : name, isPart, bindings };
  const roots = isPart ? extendingBlueprints(name, parsed.part) : [{ name, blueprint: parsed.blueprint }];
  const own = isPart ? { ...reader, readExtended: serving(name, bytes, reader) } : reader;
  // A part is parsed once more while it is extended, and says then what it has to say.
  const said = isPart ? [] : parsed.diagnostics;
  const read = roots.map((root) => readingOf(about, root, said, bytes, own));
  const diagnostics = read.flatMap((one) => one.diagnostics);
  if (hasErrors(diagnostics)) return { ...none, diagnostics };
  const levels = isPart ? [...parsed.part.levels.values()].map(({ span }) => span) : [];
  return { readings: read.flatMap(({ reading }) => reading ?? []), diagnostics, levels };
}

interface Root {
  readonly name: string;
  readonly blueprint: Blueprint;
}

function readingOf(
  about: Pick<Reading, 'file' | 'isPart' | 'bindings'>,
  { name, blueprint }: Root,
  said: readonly Diagnostic[],
  bytes: Uint8Array,
  reader: SourceReader,
): { reading: Reading | null; diagnostics: readonly Diagnostic[] } {
  const { bindings } = about;
  const whole = meaningOf(name, blueprint, bytes, reader, bindings);
  const diagnostics = [...said, ...whole.diagnostics];
  if (whole.policy === null) return { reading: null, diagnostics };
  const inherited =
    about.isPart || blueprint.extends.length === 0
      ? null
      : meaningOf(name, withoutGrants(blueprint), bytes, reader, bindings);
  return {
    reading: {
      ...about,
      resolved: whole.resolved,
      policy: whole.policy,
      diagnostics,
      inherited:
        inherited === null || inherited.policy === null
          ? null
          : { resolved: inherited.resolved, policy: inherited.policy },
    },
    diagnostics,
  };
}

function meaningOf(
  name: string,
  blueprint: Blueprint,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
) {
  const { resolved, diagnostics } = resolve(name, blueprint, bytes, reader, bindings);
  if (hasErrors(diagnostics)) return { resolved, policy: null, diagnostics };
  const lowered = lower(resolved, bindings);
  return { resolved, policy: lowered.policy, diagnostics: [...diagnostics, ...lowered.diagnostics] };
}

/** What is left of a blueprint when all that it grants itself is taken away; it still works in its folder. */
function withoutGrants(blueprint: Blueprint): Blueprint {
  const { span } = blueprint;
  return {
    ...blueprint,
    filesystem: { span, includeWorkdir: located(true, span), paths: [] },
    process: null,
    syscalls: null,
    resources: [],
    network: [],
    credentials: [],
    inference: null,
    accept: [],
    tests: [],
  };
}

/** A blueprint for each access level, or one where there is no choice, which extends the part and nothing else. */
function extendingBlueprints(name: string, { common, levels }: Part): Root[] {
  const { span } = common;
  const accesses = levels.size === 0 ? [null] : [...levels.keys()];
  return accesses.map((access) => ({
    name: posix.join(posix.dirname(name), `a blueprint that extends ${posix.basename(name)}`),
    blueprint: {
      ...withoutGrants(common),
      extends: [
        {
          kind: 'file',
          name: located(posix.basename(name), span),
          access: access === null ? null : located(access, span),
          span,
        },
      ],
      variables: [],
    },
  }));
}

/** Gives the bytes in hand for the part itself, under the name that the text has in findings. */
function serving(name: string, bytes: Uint8Array, reader: SourceReader): SourceReader['readExtended'] {
  const own = posix.normalize(name);
  return (path) => (path === own ? { ok: true, bytes } : reader.readExtended(path, name));
}
