import fc from 'fast-check';
import { FILE_PATHS, HOSTS, TEXT_LISTS, URL_PATHS } from '../../../compiler/domain/automaton/language.ts';
import { buildDiagram } from '../../../compiler/domain/diagram/build.ts';
import { canonicalForm } from '../../../compiler/domain/diagram/canonical.ts';
import type { Entry } from '../../../compiler/domain/diagram/continuation.ts';
import type { Diagram } from '../../../compiler/domain/diagram/diagram.ts';
import type { Dimension, Value } from '../../../compiler/domain/diagram/dimension.ts';
import { numberDimension, numberSet } from '../../../compiler/domain/diagram/number-dimension.ts';
import { tagDimension, tagSet } from '../../../compiler/domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../../../compiler/domain/diagram/text-dimension.ts';
import { beneathPatterns, everyValue, listValue, someValue } from '../../../compiler/domain/glob.ts';
import { intervalSet } from '../../../compiler/domain/interval-set.ts';
import type { AbsolutePath } from '../../../compiler/domain/path.ts';
import { glob, host, hostName, hostPattern, pathPattern, pathValue } from './arbitrary.ts';
import { isNaivePath, naiveGlobMatches, naiveHostMatches, textMatches } from './naive.ts';

/** A miniature policy with one dimension of every sort, simple enough to be decided a second time by hand. */
export interface Permission {
  readonly deny: boolean;
  readonly hosts: readonly string[] | null;
  readonly ports: readonly (readonly [number, number])[] | null;
  readonly methods: readonly number[] | null;
  readonly paths: { readonly any: readonly string[]; readonly except: readonly string[] } | null;
  readonly beneath: string | null;
  readonly query: { readonly quantifier: 'every' | 'some'; readonly value: string } | null;
}

export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly method: number;
  readonly path: string;
  readonly file: string;
  readonly query: readonly string[];
}

const PORTS = { low: 1, high: 9 };
const METHODS = ['GET', 'POST', 'PUT'];

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });

export const permission: fc.Arbitrary<Permission> = fc.record({
  deny: fc.nat(3).map((n) => n === 0),
  hosts: orNull(fc.array(fc.oneof(hostPattern, hostName), { minLength: 1, maxLength: 3 })),
  ports: orNull(
    fc.array(
      fc
        .tuple(fc.integer(PORTS_RANGE()), fc.integer(PORTS_RANGE()))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      { minLength: 1, maxLength: 2 },
    ),
  ),
  methods: orNull(fc.subarray([0, 1, 2], { minLength: 1 })),
  paths: orNull(
    fc.record({
      any: fc.array(pathPattern, { minLength: 1, maxLength: 3 }),
      except: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(pathPattern, { maxLength: 2 }) },
      ),
    }),
  ),
  beneath: orNull(fc.constantFrom('/', '/a', '/a/b', '/ab')),
  query: orNull(
    fc.record({
      quantifier: fc.constantFrom('every', 'some'),
      value: fc.constantFrom('*', 'a', 'a*', '?', '*b', ''),
    }),
  ),
});

function PORTS_RANGE() {
  return { min: PORTS.low, max: PORTS.high };
}

export const permissions = fc.array(permission, { maxLength: 6 });

export const attempt: fc.Arbitrary<Attempt> = fc.record({
  host: hostName,
  port: fc.integer(PORTS_RANGE()),
  method: fc.nat(2),
  path: pathValue.filter(isNaivePath),
  file: fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/ab', '/b'),
  query: fc.array(fc.constantFrom('', 'a', 'b', 'ab', 'c'), { maxLength: 3 }),
});

export const DIMENSIONS: readonly Dimension[] = [
  textDimension('host', HOSTS),
  numberDimension('port', PORTS),
  textDimension('file', FILE_PATHS),
  tagDimension('method', METHODS),
  textDimension('path', URL_PATHS),
  textDimension('query', TEXT_LISTS),
];

export function pointOf(tried: Attempt): Value[] {
  return [tried.host, tried.port, tried.file, tried.method, tried.path, listValue(tried.query)!];
}

export function entryOf(rule: Permission, roles: number): Entry {
  const paths = rule.paths && {
    any: rule.paths.any.map((text) => glob(text, 'url')),
    except: rule.paths.except.map((text) => glob(text, 'url')),
  };
  const value = rule.query && glob(rule.query.value, 'text');
  return {
    roles,
    sets: [
      rule.hosts && textSet(rule.hosts.map(host)),
      rule.ports && numberSet(intervalSet(rule.ports.map(([low, high]) => ({ low, high })))),
      rule.beneath === null ? null : textSet(beneathPatterns(rule.beneath as AbsolutePath)),
      rule.methods && tagSet(rule.methods.reduce((mask, method) => mask | (1 << method), 0)),
      paths && textSet(paths.any, paths.except),
      value && textSet([rule.query?.quantifier === 'every' ? everyValue(value) : someValue(value)]),
    ],
  };
}

export const ALLOWED = 1;
export const DENIED = 2;

export function diagramOf(rules: readonly Permission[]): Diagram {
  const result = buildDiagram({
    dimensions: DIMENSIONS,
    entries: rules.map((rule) => entryOf(rule, rule.deny ? DENIED : ALLOWED)),
    verdictOf: (roles) => (roles === ALLOWED ? 1 : 0),
  });
  if (!result.ok) throw new Error(`over budget in ${result.dimension}`);
  return result.diagram;
}

export function formOf(rules: readonly Permission[]): string {
  return new TextDecoder().decode(canonicalForm(diagramOf(rules)));
}

/** Decides by looking at every rule, with matchers that share nothing with the compiler's. */
export function naiveVerdict(rules: readonly Permission[], tried: Attempt): number {
  const holding = rules.filter((rule) => holds(rule, tried));
  return holding.length > 0 && holding.every((rule) => !rule.deny) ? 1 : 0;
}

function holds(rule: Permission, tried: Attempt): boolean {
  const { hosts, ports, methods, paths, beneath, query } = rule;
  return (
    (hosts === null || hosts.some((pattern) => naiveHostMatches(pattern, tried.host))) &&
    (ports === null || ports.some(([low, high]) => low <= tried.port && tried.port <= high)) &&
    (methods === null || methods.includes(tried.method)) &&
    (paths === null ||
      (paths.any.some((pattern) => naiveGlobMatches(pattern, tried.path)) &&
        !paths.except.some((pattern) => naiveGlobMatches(pattern, tried.path)))) &&
    (beneath === null || beneath === '/' || tried.file === beneath || tried.file.startsWith(`${beneath}/`)) &&
    (query === null ||
      (tried.query.length > 0 && tried.query[query.quantifier]((value) => textMatches(query.value, value))))
  );
}
