import { HIGHEST_ADDRESS, LOWEST_ADDRESS } from '../../../domain/address.ts';
import type { Budget } from '../../../domain/automaton/budget.ts';
import type { Pattern } from '../../../domain/automaton/pattern.ts';
import { cidrBlocksOf } from '../../../domain/cidr-blocks.ts';
import type { Box, Cut } from '../../../domain/diagram/boxes.ts';
import type { Dimension, Partition, Portion } from '../../../domain/diagram/dimension.ts';
import { difference, type IntervalSet, isSubset } from '../../../domain/interval-set.ts';
import { METHOD_TAGS } from '../../../domain/method.ts';
import { PUBLIC_ADDRESSES } from '../../../domain/special-addresses.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { OPERATION_SIDES } from '../../../ir/operation-boxes.ts';
import { partsOf } from '../../../ir/operation-parts.ts';
import { HTTP_MASK, type SeenMask, seenMask } from '../../../ir/seen.ts';
import type { Side, Term } from '../change.ts';
import { STREAM_MASK, seenTerms } from './operations.ts';

/** How a dimension is called in front of a reader; the others go by their own name. */
const NAMES: Readonly<Record<string, string>> = { digest: 'sha256', visibility: 'seen as' };

/** Says boxes of one diagram in words; what several boxes have in common is worked out once. */
export class BoxWords {
  readonly #dimensions: readonly Dimension[];
  readonly #budget: Budget;
  readonly #known = new Map<Partition, Map<string, readonly Term[] | null>>();

  constructor(dimensions: readonly Dimension[], budget: Budget) {
    this.#dimensions = dimensions;
    this.#budget = budget;
  }

  /** One side for each dimension that the box limits; null when the budget does not suffice. */
  sidesOf(box: Box): readonly Side[] | null {
    const sides: Side[] = [];
    for (const cut of box) {
      const { name } = this.#dimensions[cut.dimension]!;
      const terms = this.#termsOf(name, cut);
      if (terms === null) return null;
      sides.push({ name: NAMES[name] ?? name, terms });
    }
    return sides;
  }

  #termsOf(name: string, { partition, atoms }: Cut): readonly Term[] | null {
    const known = this.#known.get(partition) ?? new Map<string, readonly Term[] | null>();
    this.#known.set(partition, known);
    const key = atoms.join();
    let terms = known.get(key);
    if (terms === undefined) {
      const portion = partition.portion(new Set(atoms), this.#budget);
      terms = portion === null ? null : inWords(name, portion);
      known.set(key, terms);
    }
    return terms;
  }
}

/** One access, by the sides that a reader asks about first; its query, time and digest are in the access itself. */
export function sidesOfAccess({ host, port, binary, address, http }: EgressAccess): readonly Side[] {
  const side = (name: string, text: string): Side => ({ name, terms: [term(text)] });
  const request = http === null ? [] : [side('method', http.method), side('path', http.path)];
  return [
    ...[side('host', host), side('port', `${port}`), side('binary', binary)],
    ...(address === null ? [] : [side('address', address)]),
    { name: NAMES.visibility!, terms: seenTerms(maskOf(http)) },
    ...request,
    ...operationSides(http),
  ];
}

/** Whether a set holds only some addresses, or others than an entry has that names none. */
export function limitsAddresses(sides: readonly Side[]): boolean {
  const terms = sides.find(({ name }) => name === 'address')?.terms ?? [];
  return terms.some(({ all, except }) => all[0] !== PUBLIC || except.length > 0);
}

/** Of a request whose content nobody reads, as of any other. */
function maskOf(http: EgressAccess['http']): SeenMask {
  if (http === null) return STREAM_MASK;
  if (http.operations.kind === 'all') return HTTP_MASK;
  return seenMask(...(partsOf(http.operations) ?? []).map(({ seen }) => seen));
}

/** What is asked for inside a request; a witness asks for one thing. */
function operationSides(http: EgressAccess['http']): readonly Side[] {
  const [part] = http === null ? [] : (partsOf(http.operations) ?? []);
  if (part === undefined) return [];
  return Object.entries(OPERATION_SIDES).flatMap(([name, side]) =>
    part[side] === '' ? [] : [{ name, terms: [term(part[side])] }],
  );
}

function inWords(name: string, portion: Portion): readonly Term[] {
  switch (portion.kind) {
    case 'text':
      return portion.terms.map(({ all, except }) => ({
        all: all.map(patternWords),
        except: except.map(patternWords),
      }));
    case 'tag':
      return name === 'visibility' ? seenTerms(portion.mask) : methodTerms(portion.mask);
    case 'number':
      return numberTerms(name, portion.intervals as IntervalSet<number> & IntervalSet<bigint>);
    case 'word':
      throw new TypeError(`dimension ${name} of the network has no words of bits`);
  }
}

/** Lists of query values are matched as a whole. */
function patternWords({ reach, text }: Pattern): string {
  if (reach === 'whole') return text;
  return reach === 'every' ? `only values like ${text}` : `a value like ${text}`;
}

/** The shorter of what is in it and what is not. */
function methodTerms(mask: number): readonly Term[] {
  const names = METHOD_TAGS.filter((_, tag) => ((mask >>> tag) & 1) === 1);
  const others = METHOD_TAGS.filter((_, tag) => ((mask >>> tag) & 1) === 0);
  return others.length < names.length ? [{ all: [], except: others }] : names.map(term);
}

function numberTerms(name: string, intervals: IntervalSet<number> & IntervalSet<bigint>): readonly Term[] {
  if (name === 'address') return addressTerms(intervals);
  if (name === 'time')
    return (intervals as IntervalSet<number>).map(({ low, high }) => term(timeWords(low, high)));
  return (intervals as IntervalSet<number>).map(({ low, high }) =>
    term(low === high ? `${low}` : `${low}-${high}`),
  );
}

const PUBLIC = 'public addresses';
/** As many blocks as a reader takes in at a glance. */
const FEW = 4;

/** Blocks, and the public addresses as what they are. */
function addressTerms(intervals: IntervalSet<bigint>): readonly Term[] {
  if (isSubset(PUBLIC_ADDRESSES, intervals)) {
    return [term(PUBLIC), ...blocksIn(difference(intervals, PUBLIC_ADDRESSES)).map(term)];
  }
  const blocks = blocksIn(intervals);
  if (blocks.length <= FEW) return blocks.map(term);
  const others = blocksIn(difference([{ low: LOWEST_ADDRESS, high: HIGHEST_ADDRESS }], intervals));
  const least = Math.min(blocks.length, others.length);
  const missing = blocksIn(difference(PUBLIC_ADDRESSES, intervals));
  if (missing.length < least && isSubset(intervals, PUBLIC_ADDRESSES))
    return [{ all: [PUBLIC], except: missing }];
  return others.length === least && others.length < blocks.length
    ? [{ all: [], except: others }]
    : blocks.map(term);
}

function blocksIn(intervals: IntervalSet<bigint>): readonly string[] {
  return cidrBlocksOf(intervals).map(({ text }) => text);
}

/** Ends are the first moment at which it no longer holds, as an expiry is. */
function timeWords(low: number, high: number): string {
  const from = low === Number.MIN_SAFE_INTEGER ? '' : `from ${moment(low)}`;
  const until = high === Number.MAX_SAFE_INTEGER ? '' : `until ${moment(high + 1)}`;
  return [from, until].filter((part) => part !== '').join(' ');
}

function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

function term(text: string): Term {
  return { all: [text], except: [] };
}

/**
 * Boxes that differ in one side only become one, whose side holds the values of both. What one box does not limit and
 * another does is left apart.
 */
export function mergeAlike<T extends { readonly sides: readonly Side[] }>(items: readonly T[]): readonly T[] {
  const names = [...new Set(items.flatMap(({ sides }) => sides.map(({ name }) => name)))];
  return names.reduceRight<readonly T[]>(mergeOver, items);
}

function mergeOver<T extends { readonly sides: readonly Side[] }>(
  items: readonly T[],
  name: string,
): readonly T[] {
  const merged = new Map<string, T>();
  for (const item of items) {
    const own = item.sides.find((side) => side.name === name);
    const key = JSON.stringify([own === undefined, item.sides.filter((side) => side !== own)]);
    const like = merged.get(key);
    merged.set(
      key,
      like === undefined ? item : { ...like, sides: like.sides.map((side) => joined(side, own)) },
    );
  }
  return [...merged.values()];
}

function joined(side: Side, other: Side | undefined): Side {
  if (other === undefined || side.name !== other.name) return side;
  const terms = new Map([...side.terms, ...other.terms].map((one) => [JSON.stringify(one), one]));
  return { name: side.name, terms: [...terms.values()] };
}
