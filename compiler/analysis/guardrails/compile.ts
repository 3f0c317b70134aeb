import {
  cidrInvalid,
  globInvalid,
  hostInvalid,
  methodInvalid,
  portInvalid,
} from '../../diagnostics/catalog/egress.ts';
import { guardrailsCeiling, guardrailsNameTwice } from '../../diagnostics/catalog/guardrails.ts';
import { syscallUnknown } from '../../diagnostics/catalog/syscall-rules.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose, hasErrors } from '../../diagnostics/entry.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import { parseCidrBlock } from '../../domain/address.ts';
import { type Glob, type GlobKind, parseGlob } from '../../domain/glob.ts';
import { parseHostPattern } from '../../domain/host.ts';
import { NO_METHODS, parseMethod } from '../../domain/method.ts';
import { parsePortRange } from '../../domain/port.ts';
import { regionCode } from '../../domain/region.ts';
import { SYSCALL_GROUPS } from '../../domain/syscalls/groups.ts';
import { SYSCALLS } from '../../domain/syscalls/table.ts';
import { GRAPHQL_TYPES } from '../../frontend/blueprint/inner-protocol.ts';
import type {
  AccessesItem,
  EgressItem,
  GuardrailItem,
  GuardrailsFile,
  PropertyItem,
  RightWord,
} from '../../frontend/guardrails/guardrails.ts';
import { ALL, type Extent, only } from '../../ir/extent.ts';
import { type FileRights, NO_RIGHTS, READ_RIGHTS, rightBit, WRITE_RIGHTS } from '../../ir/filesystem.ts';
import type { OperationSet } from '../../ir/operation.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Bindings } from '../../resolve/resolved.ts';
import { scopeOf, substitute } from '../../resolve/variables.ts';
import type { Located } from '../../source/span.ts';
import type { EgressSet, Guardrail, InferenceSet, Property } from './guardrail.ts';

const RIGHTS: Record<RightWord, FileRights> = {
  read: READ_RIGHTS,
  write: WRITE_RIGHTS,
  execute: rightBit('execute'),
};

/** Where a ceiling comes from: the policy of a blueprint, or null with the findings that say why not. */
export type LoadCeiling = (file: string) => { policy: Policy | null; diagnostics: readonly Diagnostic[] };

/**
 * Parses every word of a file of guardrails into its domain.
 *
 * @param bindings what `${home}` and `${workdir}` stand for
 * @returns null exactly when the diagnostics hold an error
 */
export function compileGuardrails(
  file: GuardrailsFile,
  bindings: Bindings,
  loadCeiling: LoadCeiling,
): { guardrails: readonly Guardrail[] | null; diagnostics: readonly Diagnostic[] } {
  const compiler = new GuardrailCompiler(loadCeiling);
  const scope = scopeOf([], bindings);
  compiler.diagnostics.push(...scope.diagnostics);
  const items = substitute(file.guardrails, scope.scope, compiler.diagnostics);
  const { diagnostics } = compiler;
  // A variable that stands for nothing is one mistake, not one more in each word that holds it.
  if (hasErrors(diagnostics)) return { guardrails: null, diagnostics };
  const guardrails = items.map((item) => compiler.guardrail(item));
  return { guardrails: hasErrors(diagnostics) ? null : guardrails, diagnostics };
}

/** One property by itself, without a ceiling: what a test of a blueprint can state. */
export function compileProperty(item: PropertyItem): {
  property: Property | null;
  diagnostics: readonly Diagnostic[];
} {
  const compiler = new GuardrailCompiler(() => ({ policy: null, diagnostics: [] }));
  const property = compiler.property(item);
  return { property: hasErrors(compiler.diagnostics) ? null : property, diagnostics: compiler.diagnostics };
}

type Texts = readonly Located<string>[];

class GuardrailCompiler {
  readonly diagnostics: Diagnostic[] = [];
  readonly #loadCeiling: LoadCeiling;
  readonly #names = new Set<string>();

  constructor(loadCeiling: LoadCeiling) {
    this.#loadCeiling = loadCeiling;
  }

  guardrail({ name, reason, property }: GuardrailItem): Guardrail {
    if (this.#names.has(name.value)) this.#report(guardrailsNameTwice, name, { name: name.value });
    this.#names.add(name.value);
    return {
      name: name.value,
      reason: reason?.value ?? null,
      span: name.span,
      property: this.property(property),
    };
  }

  property(item: PropertyItem): Property {
    switch (item.kind) {
      case 'never':
        return this.#never(item.accesses);
      case 'only':
        return {
          kind: 'never-egress',
          set: this.#egress(item.egress),
          exempt: this.#globs(item.binaries, 'file'),
        };
      case 'landlock':
        return item;
      case 'residency':
        return { kind: 'residency', regions: item.regions.map(({ value }) => regionCode(value)) };
      case 'grants':
        return item;
      case 'maximum':
        return this.#maximum(item.file);
    }
  }

  #never(item: AccessesItem): Property {
    switch (item.facet) {
      case 'egress':
        return { kind: 'never-egress', set: this.#egress(item.egress), exempt: [] };
      case 'filesystem': {
        const rights = item.rights.reduce((set, word) => set | RIGHTS[word], NO_RIGHTS);
        return { kind: 'never-filesystem', paths: item.paths.flatMap((path) => this.#beneath(path)), rights };
      }
      case 'syscalls':
        return { kind: 'never-syscalls', names: item.names.flatMap((name) => this.#calls(name)) };
      case 'process':
        return { kind: 'never-environment', variables: item.variables.map(({ value }) => value) };
      case 'inference':
        return { kind: 'never-inference', calls: this.#inference(item) };
    }
  }

  #egress(item: EgressItem): EgressSet {
    const { hosts, ports, binaries, addresses, methods, paths, uninspected } = item;
    return {
      operations: this.#operations(item),
      hosts: extentOf(hosts, (list) => this.#parsed(list, parseHost, hostInvalid)),
      ports: extentOf(ports, (list) => this.#parsed(list, parsePort, portInvalid)),
      binaries: extentOf(binaries, (list) => this.#globs(list, 'file')),
      addresses: extentOf(addresses, (list) => this.#parsed(list, parseBlock, cidrInvalid)),
      methods: extentOf(methods, (list) =>
        this.#parsed(list, parseMethods, methodInvalid).reduce((all, one) => all | one, NO_METHODS),
      ),
      paths: extentOf(paths, (list) => this.#globs(list, 'url')),
      streamsOnly: uninspected,
    };
  }

  #operations({ rpcMethods, tools, fields }: EgressItem): EgressSet['operations'] {
    if (rpcMethods === null && tools === null && fields === null) return ALL;
    return only([
      ...this.#globs(rpcMethods ?? [], 'text').map((method) => calls(only(method), ALL)),
      ...this.#globs(tools ?? [], 'text').map((tool) => calls(ALL, only(tool))),
      ...this.#globs(fields ?? [], 'field').map((field) => asks(field)),
    ]);
  }

  #inference(item: Extract<AccessesItem, { facet: 'inference' }>): InferenceSet {
    return {
      providers: extentOf(item.providers, (list) => list.map(({ value }) => value)),
      hosts: extentOf(item.hosts, (list) => this.#parsed(list, parseHost, hostInvalid)),
      models: extentOf(item.models, (list) => this.#globs(list, 'text')),
    };
  }

  #maximum(file: Located<string>): Property {
    const { policy, diagnostics } = this.#loadCeiling(file.value);
    this.diagnostics.push(...diagnostics);
    if (policy !== null) return { kind: 'maximum', ceiling: policy };
    this.#report(guardrailsCeiling, file, { file: file.value });
    // Never used: the error above withholds all guardrails.
    return { kind: 'landlock' };
  }

  /** A path stands for itself and everything below it. */
  #beneath(path: Located<string>): Glob[] {
    const text = path.value.length > 1 && path.value.endsWith('/') ? path.value.slice(0, -1) : path.value;
    const itself = { value: text, span: path.span };
    const own = this.#globs([itself], 'file');
    if (text.endsWith('/**') || own.length === 0) return own;
    const below = { value: `${text === '/' ? '' : text}/**`, span: path.span };
    return [...own, ...this.#globs([below], 'file')];
  }

  #globs(list: Texts, kind: GlobKind): Glob[] {
    return this.#parsed(list, (text) => parsedGlob(text, kind), globInvalid);
  }

  #calls(name: Located<string>): readonly string[] {
    const { value } = name;
    const known = value.startsWith('@')
      ? SYSCALL_GROUPS.get(value)
      : SYSCALLS.has(value)
        ? [value]
        : undefined;
    if (known !== undefined) return known;
    const words = value.startsWith('@') ? SYSCALL_GROUPS.keys() : SYSCALLS.keys();
    this.#report(syscallUnknown, name, { name: value, nearest: nearestWord(value, [...words]) });
    return [];
  }

  /** What is understood; a finding for each that is not. */
  #parsed<W extends string | number, T, P>(
    list: readonly Located<W>[],
    parse: (text: W) => Understood<T, P>,
    kind: CatalogEntry<P>,
  ): T[] {
    return list.flatMap((text) => {
      const outcome = parse(text.value);
      if (outcome.ok) return [outcome.value];
      this.#report(kind, text, outcome.problem);
      return [];
    });
  }

  #report<P>(kind: CatalogEntry<P>, { span }: Located<unknown>, parameters: P): void {
    this.diagnostics.push(diagnose(kind, span, parameters));
  }
}

/** A value, or what the finding about it quotes. */
type Understood<T, P> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: P };

function extentOf<W, T>(list: readonly W[] | null, read: (list: readonly W[]) => T): Extent<T> {
  return list === null ? ALL : only(read(list));
}

function calls(method: Extent<Glob>, tool: Extent<Glob>): OperationSet {
  return { kind: 'call', method, tool };
}

function asks(field: Glob): OperationSet {
  return { kind: 'graphql', types: GRAPHQL_TYPES, name: ALL, fields: only([field]) };
}

function parseHost(host: string) {
  const parsed = parseHostPattern(host);
  return parsed.ok
    ? ({ ok: true, value: parsed.pattern } as const)
    : ({ ok: false, problem: { host, problem: parsed.problem } } as const);
}

function parsePort(port: string | number) {
  const parsed = parsePortRange(port);
  return parsed.ok
    ? ({ ok: true, value: parsed.range } as const)
    : ({ ok: false, problem: { port: String(port) } } as const);
}

function parseBlock(block: string) {
  const parsed = parseCidrBlock(block);
  return parsed.ok
    ? ({ ok: true, value: parsed.block } as const)
    : ({ ok: false, problem: { block, problem: parsed.problem } } as const);
}

function parseMethods(method: string) {
  const parsed = parseMethod(method);
  return parsed.ok
    ? ({ ok: true, value: parsed.methods } as const)
    : ({ ok: false, problem: { method, nearest: nearestWord(method, parsed.suggestions) } } as const);
}

function parsedGlob(pattern: string, kind: GlobKind) {
  const parsed = parseGlob(pattern, kind);
  return parsed.ok
    ? ({ ok: true, value: parsed.glob } as const)
    : ({ ok: false, problem: { pattern, problem: parsed.problem } } as const);
}
