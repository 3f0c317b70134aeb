import type { EgressAccess } from '../../compiler/ir/access.ts';
import type { PlainEntry, PlainRule } from './plain-egress.ts';
import { DIGESTS } from './random-egress.ts';
import { RandomOperations } from './random-operations.ts';
import type { Seeded } from './seeded.ts';

const HOSTS = [
  'a.x',
  'b.x',
  'ab.x',
  'a.b.x',
  'b.a.x',
  'a.a.b.x',
  'x',
  'c.x',
  'aab.x',
  'a.c',
  'x.a.y',
  'A.x',
  'a.X.',
];
const ODD_HOSTS = [
  '10.0.0.5',
  '[::ffff:a00:5]',
  '10.0.0.6',
  'fd00:0::5',
  '93.184.0.9',
  '8.8.8.8',
  '0x7f.1',
  'a..x',
  'a.9',
];
const FILES = [
  '/a',
  '/b',
  '/a/b',
  '/ab',
  '/a/a/b',
  '/b/a/c',
  '/c',
  '/',
  '/a/c/b',
  '/aa',
  '/b/b',
  '/a/',
  'a',
  '/a/../b',
];
const URLS = [
  ...[
    '/',
    '/a',
    '/a/',
    '/a/b',
    '/b',
    '/ab',
    '/a/c/b',
    '/b/a',
    '/c',
    '/a%25',
    '/%25x',
    '/.a',
    '/...',
    '/a%23b',
    '/%61',
  ],
  ...[
    '/a/..',
    '/a//b',
    '/a%2fb',
    '/a%2F',
    '/a/c%2fb',
    '/a%2f%2e%2e',
    '/a%2f/b',
    '/%2541',
    '/a;b',
    '/..;/a',
    '/%c3%a9',
    '/é',
    '/a?b',
  ],
];
const ADDRESSES = [
  ...[
    '10.0.0.5',
    '10.0.0.4',
    '10.0.0.3',
    '10.0.0.8',
    '10.127.255.255',
    '10.128.0.0',
    '11.0.0.0',
    '9.255.255.255',
  ],
  ...['8.8.8.8', '93.184.0.7', '93.184.0.8', '93.184.0.15', '93.184.0.16', '93.185.0.0', '::ffff:93.184.0.9'],
  ...[
    'fd00::5',
    'fd00::3',
    'fd00::8',
    'fe00::',
    '2001:db8::1',
    '2001:db9::',
    '::1',
    '169.254.169.254',
    '2606::1',
  ],
  ...['64:ff9b::10.0.0.5', '64:ff9b::8.8.8.8', '::fffe:ffff:ffff', '::1:0:0:0', '127.0.0.1', '10.0.0.256'],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'BREW', 'PURGE', 'delete', 'two words'];
const VALUES = ['', 'a', 'b', 'ab', 'ba', 'aab', 'c', 'a b', 'é', '😀', '/', '\ud83d', 'a\0'];
const KEYS = ['q', 'r', 'query', 'other'];

/** Concrete accesses, most of them at the borders of what some entry says. */
export class RandomAccesses {
  readonly #random: Seeded;
  readonly #entries: readonly PlainEntry[];
  readonly #operations: RandomOperations;

  constructor(random: Seeded, entries: readonly PlainEntry[]) {
    this.#random = random;
    this.#operations = new RandomOperations(random);
    this.#entries = entries;
  }

  next(): EgressAccess {
    const random = this.#random;
    const entry = this.#entries.length > 0 && this.#chance(0.9) ? random.pick(this.#entries) : null;
    const host = entry !== null && this.#chance(0.85) ? this.#hostLike(entry.host) : random.pick(HOSTS);
    const oddHost = this.#chance(0.06) ? random.pick(ODD_HOSTS) : host;
    return {
      facet: 'egress',
      host: oddHost,
      port: this.#port(entry),
      binary: this.#binary(entry),
      sha256: this.#chance(0.7) ? null : random.pick(DIGESTS),
      address: this.#address(entry, oddHost),
      http: this.#chance(0.25) ? null : this.#request(entry),
      at: random.pick([0, 999, 1_000, 1_999, 2_000, 2_001, 1_699_999_999_999, 1_700_000_000_000]),
    };
  }

  #port(entry: PlainEntry | null): number {
    if (entry === null || entry.ports.length === 0 || this.#chance(0.1))
      return this.#random.pick([1, 80, 443, 65535]);
    const [low, high] = this.#random.pick(entry.ports);
    const near = this.#random.pick([low, low, high, high, low - 1, high + 1]);
    return Math.min(65535, Math.max(1, near));
  }

  #binary(entry: PlainEntry | null): string {
    if (!entry?.binaries?.length || this.#chance(0.2)) return this.#random.pick(FILES);
    return this.#pathLike(this.#random.pick(entry.binaries).path);
  }

  #address(entry: PlainEntry | null, host: string): string | null {
    if (this.#chance(0.05)) return null;
    if (/^[0-9[]|:/.test(host) && this.#chance(0.9))
      return this.#chance(0.5) ? null : host.replace(/[[\]]/g, '');
    if (entry?.addresses?.length && this.#chance(0.5)) {
      return this.#random.pick(entry.addresses).replace(/\/.*/, '');
    }
    return this.#random.pick(ADDRESSES);
  }

  #request(entry: PlainEntry | null): NonNullable<EgressAccess['http']> {
    const rules =
      entry === null ? [] : [...(typeof entry.allow === 'string' ? [] : entry.allow), ...entry.deny];
    const rule = rules.length > 0 && this.#chance(0.85) ? this.#random.pick(rules) : null;
    const named = rule?.methods.filter((method) => method !== '*') ?? [];
    return {
      method: named.length > 0 && this.#chance(0.7) ? this.#random.pick(named) : this.#random.pick(METHODS),
      path:
        rule?.path && this.#chance(0.8) ? this.#asked(this.#pathLike(rule.path)) : this.#random.pick(URLS),
      query: this.#query(rule),
      operations: this.#operations.asked(entry),
    };
  }

  #query(rule: PlainRule | null): (readonly [string, string])[] {
    const pairs: (readonly [string, string])[] = [];
    for (const [key, glob] of rule?.query ?? []) {
      for (let values = this.#random.below(3); values > 0; values -= 1)
        pairs.push([key, this.#filled(glob, VALUES)]);
    }
    while (this.#chance(0.3)) pairs.push([this.#random.pick(KEYS), this.#random.pick(VALUES)]);
    return pairs;
  }

  /** A host that the pattern matches, or just fails to. */
  #hostLike(pattern: string): string {
    const deep = pattern.replace('**', () => this.#random.pick(['a', 'b.a', 'a.b', 'c']));
    return this.#filled(deep, ['a', 'b', 'ab', '', 'c']);
  }

  #pathLike(pattern: string): string {
    const deep = pattern.replace(/\*\*/g, () => this.#random.pick(['a', 'b', 'a/b', 'c/a', '']));
    return this.#filled(deep, ['a', 'b', 'ab', '', 'c']).replace(/\/{2,}/g, '/');
  }

  /** Wildcards filled in; a question mark takes the first character of one of the texts. */
  #filled(pattern: string, texts: readonly string[]): string {
    return pattern
      .replace(/\*/g, () => this.#random.pick(texts))
      .replace(/\?/g, () => this.#random.pick(texts).slice(0, 1) || 'c');
  }

  /** A path as a client writes it, with the characters escaped that mean something else in a URL. */
  #asked(path: string): string {
    return path.replace(/[%#]/g, (character) => encodeURIComponent(character));
  }

  #chance(fraction: number): boolean {
    return this.#random.fraction() < fraction;
  }
}
