// Times the decision diagram: building it, writing its canonical form, and one decision, by the number of entries:
//   npx esbuild test/bench/algebra.ts --bundle --platform=node --format=esm --outfile=test/bench/.algebra.mjs
//   node test/bench/.algebra.mjs [20 200 2000 20000]
import { createHash } from 'node:crypto';
import { Budget } from '../../compiler/domain/automaton/budget.ts';
import { FILE_PATHS, HOSTS, URL_PATHS } from '../../compiler/domain/automaton/language.ts';
import { buildDiagram } from '../../compiler/domain/diagram/build.ts';
import { canonicalForm } from '../../compiler/domain/diagram/canonical.ts';
import type { Entry } from '../../compiler/domain/diagram/continuation.ts';
import { type Diagram, descend, evaluate } from '../../compiler/domain/diagram/diagram.ts';
import type { Dimension, DimensionSet, Value } from '../../compiler/domain/diagram/dimension.ts';
import { numberDimension, numberSet } from '../../compiler/domain/diagram/number-dimension.ts';
import { tagDimension, tagSet } from '../../compiler/domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../../compiler/domain/diagram/text-dimension.ts';
import { type GlobKind, parseGlob } from '../../compiler/domain/glob.ts';
import { parseHostPattern } from '../../compiler/domain/host.ts';
import { METHOD_TAGS, parseMethod } from '../../compiler/domain/method.ts';

const ROUNDS = 7;
const DECISIONS = 200_000;

const DIMENSIONS = [
  textDimension('host', HOSTS),
  numberDimension('port', { low: 1, high: 65535 }),
  textDimension('binary', FILE_PATHS),
  tagDimension('method', METHOD_TAGS),
  textDimension('path', URL_PATHS),
];

/** Whole numbers below `limit`, the same on every machine (a linear congruential generator). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Entries as a large organisation has them: mostly own hosts, a tenth wildcards, an eighth denials, six sorts of paths. */
function entriesOf(count: number, seed: number): Entry[] {
  const random = randomNumbers(seed);
  const any = <T>(list: readonly T[]): T => list[random(list.length)]!;
  return Array.from({ length: count }, (_, n) => {
    const named = `api${n % (count >> 1)}.service${random(count)}.example.com`;
    const wild = any([`*.tenant${random(count)}.example.net`, `**.team${random(count >> 2)}.corp.example`]);
    const binary = any([
      '/usr/bin/git',
      '/usr/bin/node',
      '/usr/bin/python3*',
      '/sandbox/.uv/python/**/python3*',
      `/opt/tool${random(50)}/bin/run`,
    ]);
    const path = any([
      '/**',
      `/repos/org${random(count)}/**`,
      `/v1/items/*/comments/${random(count)}`,
      `/bot*/send${random(20)}`,
      '/**/info/refs*',
      `/u/user${random(count)}/*.json`,
    ]);
    return {
      roles: random(8) === 0 ? 2 : 1,
      sets: [
        textSet([host(random(10) === 0 ? wild : named)]),
        numberSet(random(3) ? [{ low: 443, high: 443 }] : [{ low: 8000, high: 8000 + random(50) }]),
        random(10) === 0 ? null : textSet([glob(binary, 'file')]),
        tagSet(method(any(['GET', 'POST', 'PUT', 'DELETE', '*']))),
        textSet([glob(path, 'url')]),
      ],
    };
  });
}

function host(text: string) {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

function glob(text: string, kind: GlobKind) {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

function method(text: string) {
  const parsed = parseMethod(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.methods;
}

function build(entries: readonly Entry[]): Diagram {
  const result = buildDiagram({
    dimensions: DIMENSIONS,
    entries,
    verdictOf: (roles) => Number(roles === 1),
    budget: 10_000_000,
  });
  if (!result.ok) throw new Error(`over budget in ${result.dimension}`);
  return result.diagram;
}

function milliseconds<T>(work: () => T): { readonly took: number; readonly made: T } {
  const started = performance.now();
  const made = work();
  return { took: performance.now() - started, made };
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1]!;
}

/** A point that the entry holds, with its wildcards filled in. */
function pointIn(entry: Entry, random: (limit: number) => number): Value[] {
  return DIMENSIONS.map((dimension, at) => {
    const set = entry.sets[at];
    if (!set) return '/usr/bin/x';
    const { atoms, examples } = partitionOf(dimension, set);
    const inside = atoms.findIndex((groups) => groups.length > 0);
    return dimension.name === 'method' ? random(4) : examples[inside]!;
  });
}

function partitionOf(dimension: Dimension, set: DimensionSet) {
  const partition = dimension.partition([[set]], new Budget(10_000))!;
  return { atoms: partition.atoms, examples: partition.examples() };
}

/** Nanoseconds a decision: whole, and only the request once the connection is decided. */
function decisionTimes(diagram: Diagram, entries: readonly Entry[]): { whole: number; request: number } {
  const random = randomNumbers(entries.length);
  const points = Array.from({ length: 1000 }, () => pointIn(entries[random(entries.length)]!, random));
  const connections = points.map((point) => descend(diagram, point, 3));
  const time = (decide: (at: number) => number) => {
    const { took } = milliseconds(() => {
      let sum = 0;
      for (let n = 0; n < DECISIONS; n += 1) sum += decide(n % points.length);
      return sum;
    });
    return (took * 1e6) / DECISIONS;
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    whole: time((at) => evaluate(diagram, points[at]!)),
    request: time((at) => evaluate(diagram, points[at]!, connections[at]!)),
  }));
  return {
    whole: median(rounds.map(({ whole }) => whole)),
    request: median(rounds.map(({ request }) => request)),
  };
}

function measure(count: number): string {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const entries = entriesOf(count, round + 1);
    const built = milliseconds(() => build(entries));
    const written = milliseconds(() => canonicalForm(built.made));
    const hashed = milliseconds(() => createHash('sha256').update(written.made).digest('hex'));
    return { build: built.took, form: written.took + hashed.took, diagram: built.made };
  });
  const first = rounds[0]!;
  const decisions = decisionTimes(first.diagram, entriesOf(count, 1));
  const cells = [
    count,
    first.build + first.form,
    median(rounds.map((round) => round.build)),
    median(rounds.map((round) => round.form)),
    first.diagram.nodes.length,
    decisions.whole,
    decisions.request,
  ];
  return cells.map((cell) => cell.toFixed(0).padStart(12)).join('');
}

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20, 200, 2000, 20_000];
const HEADINGS = ['entries', 'first, ms', 'build, ms', 'digest, ms', 'nodes', 'decide, ns', 'request, ns'];
console.log(HEADINGS.map((heading) => heading.padStart(12)).join(''));
for (const count of counts) console.log(measure(count));
