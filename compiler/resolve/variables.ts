import {
  resolveNested,
  resolveReservedVariable,
  resolveUnknownVariable,
  resolveVariableSyntax,
} from '../diagnostics/catalog/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import { nearestWord } from '../diagnostics/nearest-word.ts';
import type { Variable } from '../frontend/blueprint/blueprint.ts';
import type { Located, Span } from '../source/span.ts';
import type { Bindings } from './resolved.ts';

const RESERVED = ['workdir', 'home'] as const;
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_-]*)\}|\$\{/g;

export type Scope = ReadonlyMap<string, string>;

/** The variables that hold for all files: later definitions win, `--set` wins over all, host facts are fixed. */
export function scopeOf(
  definitions: readonly Variable[],
  bindings: Bindings,
): { scope: Scope; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const host = new Map<string, string>([
    ['workdir', bindings.workdir],
    ['home', bindings.home],
  ]);
  const scope = new Map(host);
  for (const { name, value } of definitions) {
    if ((RESERVED as readonly string[]).includes(name.value)) {
      diagnostics.push(diagnose(resolveReservedVariable, name.span, { name: name.value }));
    } else {
      const replaced = replaceIn(value, host, (unknown) =>
        diagnose(resolveNested, value.span, { name: unknown === '' ? name.value : unknown }),
      );
      diagnostics.push(...replaced.diagnostics);
      scope.set(name.value, replaced.value);
    }
  }
  for (const [name, value] of Object.entries(bindings.variables)) {
    if (!host.has(name)) scope.set(name, value);
  }
  return { scope, diagnostics };
}

/** Replaces the references in every located string below `node`; what has none is returned as it is. */
export function substitute<T>(node: T, scope: Scope, diagnostics: Diagnostic[]): T {
  return substituteIn(node, scope, diagnostics) as T;
}

/** The walk meets every object of a file, so it makes none of its own: no list of keys, no closure. */
function substituteIn(node: unknown, scope: Scope, diagnostics: Diagnostic[]): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return substituteInList(node, scope, diagnostics);
  if (isLocatedString(node)) return node.value.includes('${') ? replaced(node, scope, diagnostics) : node;
  const written = node as Record<string, unknown>;
  let copy: Record<string, unknown> | null = null;
  for (const key in written) {
    if (key === 'span') continue;
    const value = written[key];
    const next = substituteIn(value, scope, diagnostics);
    if (next === value) continue;
    copy ??= { ...written };
    copy[key] = next;
  }
  return copy ?? node;
}

function substituteInList(
  list: readonly unknown[],
  scope: Scope,
  diagnostics: Diagnostic[],
): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const next = substituteIn(list[at], scope, diagnostics);
    if (next === list[at]) continue;
    copy ??= [...list];
    copy[at] = next;
  }
  return copy ?? list;
}

/** Nothing else in a blueprint has a text under `value`. */
function isLocatedString(node: object): node is Located<string> {
  return typeof (node as Located<unknown>).value === 'string';
}

function replaced(text: Located<string>, scope: Scope, diagnostics: Diagnostic[]): Located<string> {
  const { span } = text;
  const found = replaceIn(text, scope, (name) => unknownVariable(name, span, scope));
  diagnostics.push(...found.diagnostics);
  return { value: found.value, span };
}

function unknownVariable(name: string, span: Span, scope: Scope): Diagnostic {
  return diagnose(resolveUnknownVariable, span, { name, nearest: nearestWord(name, [...scope.keys()]) });
}

function replaceIn(
  text: Located<string>,
  scope: Scope,
  onUnknown: (name: string) => Diagnostic,
): { value: string; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const value = text.value.replace(REFERENCE, (match, name: string | undefined) => {
    if (match === '$${') return '${';
    if (name === undefined) {
      diagnostics.push(diagnose(resolveVariableSyntax, text.span, { text: text.value }));
      return match;
    }
    const found = scope.get(name);
    if (found !== undefined) return found;
    diagnostics.push(onUnknown(name));
    return match;
  });
  return { value, diagnostics };
}
