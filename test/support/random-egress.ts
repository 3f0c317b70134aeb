import type { PlainEntry, PlainRule } from './plain-egress.ts';
import type { PlainOperations } from './plain-operations.ts';
import { RandomOperations } from './random-operations.ts';
import type { Seeded } from './seeded.ts';

/** Tiny alphabets, in which patterns overlap as much as they can. */
const HOSTS = [
  ...['a.x', 'b.x', 'ab.x', 'a.b.x', 'x', '*.x', '**.x', 'a*.x', '*b.x', '?.x', '?*.x', '*a*.x', 'a*b.x'],
  ...[
    '*.b.x',
    '**.b.x',
    'a.*.x',
    '*.*.x',
    '**.a*.x',
    'a.*',
    '*.a.?',
    '10.0.0.5',
    '::ffff:10.0.0.6',
    '93.184.0.9',
  ],
  ...['fd00::5', '2001:db8::1'],
];
const FILES = [
  ...[
    '/a',
    '/b',
    '/a/b',
    '/ab',
    '/**',
    '/*',
    '/a/**',
    '/**/a',
    '/**/b/*',
    '/a/**/b',
    '/?',
    '/a*',
    '/*b',
    '/*a*',
  ],
  ...['/a/*/b', '/**/a/**', '/**/a/**/b', '/*/*', '/a?', '/?*/b'],
];
const URLS = [
  ...FILES,
  ...['/', '/a/', '/*/', '/**/', '/a%*', '/%?', '/**/.a', '/.*', '/...', '/a#b', '/*#*', '/a;*', '/é*'],
];
const VALUES = ['*', '', 'a', 'b', 'a*', '*b', '?', 'a?', '*a*', '?*', 'a*b', '*a*b*'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', '*'];
const BLOCKS = [
  ...['10.0.0.0/8', '10.0.0.0/31', '10.0.0.4/30', '10.0.0.5', '10.128.0.0/9', '0.0.0.0/0', '93.184.0.0/16'],
  ...[
    '93.184.0.8/29',
    '::ffff:93.184.0.0/112',
    '::/0',
    'fd00::/8',
    'fd00::4/126',
    '2001:db8::/32',
    '::ffff:0:0/96',
  ],
  ...['169.254.169.254', '64:ff9b::/96', '8.8.8.8'],
];
export const DIGESTS = ['a'.repeat(64), 'b'.repeat(64)];
/** Moments at which grants end. */
const ENDS = [1_000, 2_000, 2_001, 1_700_000_000_000];
const KEYS = ['q', 'r', 'query'];
const PORTS: readonly (readonly [number, number])[] = [
  ...([
    [443, 443],
    [80, 80],
    [443, 443],
    [1, 65535],
    [400, 443],
    [443, 500],
  ] as const),
  ...([
    [444, 444],
    [8000, 8010],
    [8005, 8020],
    [1, 1],
    [65535, 65535],
  ] as const),
];

/** Entries and changes to them, the same for the same seed. */
export class RandomEgress {
  readonly #random: Seeded;
  readonly #operations: RandomOperations;

  constructor(random: Seeded) {
    this.#random = random;
    this.#operations = new RandomOperations(random);
  }

  /** Two policies, the second a changed first one; now and then two that have nothing to do with each other. */
  pair(): { readonly old: readonly PlainEntry[]; readonly next: readonly PlainEntry[] } {
    const old = this.#many(0, 6, () => this.entry());
    if (this.#chance(0.05)) return { old, next: this.#many(0, 6, () => this.entry()) };
    let next: readonly PlainEntry[] = this.#chance(0.2) ? old.toReversed() : old;
    for (let change = this.#random.below(4); change > 0; change -= 1) next = this.#changed(next);
    return this.#chance(0.5) ? { old, next } : { old: next, next: old };
  }

  entry(): PlainEntry {
    const visibility = this.#operations.visibility();
    return {
      host: this.#random.pick(HOSTS),
      ports: this.#ports(),
      binaries: this.#binaries(),
      addresses: this.#addresses(),
      visibility,
      allow: visibility === 'opaque' && this.#chance(0.8) ? 'all' : this.#allow(visibility),
      deny: this.#chance(0.3) ? this.#many(1, 2, () => this.#rule(this.#operations.denied(visibility))) : [],
      enforcement: this.#chance(0.1) ? 'audit' : 'enforce',
      expiresAt: this.#expiry(),
    };
  }

  #changed(entries: readonly PlainEntry[]): readonly PlainEntry[] {
    const at = this.#random.below(entries.length + 1);
    const changed = entries[at];
    if (changed === undefined) return [...entries, this.entry()];
    const others = entries.filter((_, index) => index !== at);
    if (this.#chance(0.15)) return others;
    return [...others.slice(0, at), this.#changedEntry(changed), ...others.slice(at)];
  }

  #changedEntry(entry: PlainEntry): PlainEntry {
    switch (this.#random.below(11)) {
      case 0:
        return { ...entry, host: this.#random.pick(HOSTS) };
      case 1:
        return {
          ...entry,
          ports: this.#chance(0.5) ? [...entry.ports, this.#random.pick(PORTS)] : this.#ports(),
        };
      case 2:
        return { ...entry, binaries: this.#binaries() };
      case 3:
        return { ...entry, binaries: this.#otherDigest(entry.binaries) };
      case 4:
        return { ...entry, addresses: this.#addresses() };
      case 5:
        return { ...entry, visibility: this.#operations.visibility() };
      case 6:
        return { ...entry, allow: this.#changedAllow(entry) };
      case 7:
        return {
          ...entry,
          deny: this.#changedRules(entry.deny, () => this.#rule(this.#operations.denied(entry.visibility))),
        };
      case 8:
        return { ...entry, enforcement: entry.enforcement === 'audit' ? 'enforce' : 'audit' };
      case 9:
        return { ...entry, expiresAt: this.#expiry() };
      default:
        return { ...entry, allow: this.#allow(entry.visibility) };
    }
  }

  #changedAllow({ allow, visibility }: PlainEntry): PlainEntry['allow'] {
    if (typeof allow === 'string') return this.#allow(visibility);
    return this.#changedRules(allow, () => this.#rule(this.#operations.allowed(visibility)));
  }

  /** One rule more, one less, or one that says something else in one part. */
  #changedRules(rules: readonly PlainRule[], make: () => PlainRule): readonly PlainRule[] {
    const at = this.#random.below(rules.length + 1);
    const rule = rules[at];
    if (rule === undefined) return [...rules, make()];
    const others = rules.filter((_, index) => index !== at);
    const other = make();
    const part = this.#random.pick(['methods', 'path', 'query', 'operations', 'none'] as const);
    return part === 'none' ? others : [...others, { ...rule, [part]: other[part] }];
  }

  #otherDigest(binaries: PlainEntry['binaries']): PlainEntry['binaries'] {
    if (binaries === null) return this.#binaries();
    return binaries.map(({ path }) => ({ path, sha256: this.#digest() }));
  }

  #ports(): PlainEntry['ports'] {
    return this.#chance(0.02) ? [] : this.#many(1, 2, () => this.#random.pick(PORTS));
  }

  #binaries(): PlainEntry['binaries'] {
    if (this.#chance(0.35)) return null;
    return this.#many(this.#chance(0.03) ? 0 : 1, 2, () => ({
      path: this.#random.pick(FILES),
      sha256: this.#digest(),
    }));
  }

  #digest(): string | null {
    return this.#chance(0.25) ? this.#random.pick(DIGESTS) : null;
  }

  #addresses(): PlainEntry['addresses'] {
    if (this.#chance(0.5)) return null;
    return this.#many(this.#chance(0.03) ? 0 : 1, 3, () => this.#random.pick(BLOCKS));
  }

  #allow(visibility: PlainEntry['visibility']): PlainEntry['allow'] {
    if (this.#chance(0.2)) return 'all';
    if (this.#chance(0.05)) return 'none';
    const make = () => this.#rule(this.#operations.allowed(visibility));
    return this.#many(this.#chance(0.03) ? 0 : 1, 3, make);
  }

  #rule(operations: PlainOperations): PlainRule {
    const keys = this.#chance(0.35) ? KEYS.filter(() => this.#chance(0.5)) : [];
    return {
      methods: this.#chance(0.3) ? ['*'] : this.#many(1, 3, () => this.#random.pick(METHODS)),
      path: this.#chance(0.2) ? null : this.#random.pick(URLS),
      query: keys.map((key) => [key, this.#random.pick(VALUES)] as const),
      operations,
    };
  }

  #expiry(): number | null {
    return this.#chance(0.25) ? this.#random.pick(ENDS) : null;
  }

  #many<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.#random.below(most - least + 1) }, make);
  }

  #chance(fraction: number): boolean {
    return this.#random.fraction() < fraction;
  }
}
