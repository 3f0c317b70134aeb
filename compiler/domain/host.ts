import { domainToASCII } from 'node:url';
import { type Address, parseAddress, printAddress } from './address.ts';
import { HOSTS } from './automaton/language.ts';
import { codePointsOf, type Pattern, type Token, WrittenPattern } from './automaton/pattern.ts';
import { Matcher } from './automaton/simulate.ts';
import { segmentTokens, spellSegments } from './glob.ts';

/** What a client asked for: a name in lower case without a final dot, or an address however it was spelled. */
export type Host =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly address: Address };

/**
 * The hosts that an entry speaks about. `*` is one label or a part of one, `**` before the first dot one label or more:
 * `**.example.com` matches `a.b.example.com` and not `example.com`. Wildcards never match an address.
 */
export interface HostPattern extends Pattern {
  readonly kind: 'name' | 'wildcard' | 'address';
}

export type HostProblem =
  | 'empty'
  | 'space'
  | 'control-character'
  | 'scheme'
  | 'userinfo'
  | 'path'
  | 'port'
  | 'zone'
  | 'bad-character'
  | 'bare-wildcard'
  | 'wildcard-in-international-label'
  | 'double-star-not-first'
  | 'empty-label'
  | 'label-too-long'
  | 'too-long'
  | 'bad-international-name'
  | 'odd-address';

export type HostParse =
  | { readonly ok: true; readonly host: Host }
  | { readonly ok: false; readonly problem: HostProblem };

export type HostPatternParse =
  | { readonly ok: true; readonly pattern: HostPattern }
  | { readonly ok: false; readonly problem: HostProblem };

/** RFC 1035 section 2.3.4, without the final dot. */
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/** All that a text of these characters alone can still be is a name, perhaps with wildcards, or an IPv4 address. */
const PLAIN = /^[A-Za-z0-9_.*?-]+$/;
const CONTROL_CHARACTER = /\p{Cc}|\p{Surrogate}/u;

/** Reads the host of a request or of a URL. */
export function parseHost(text: string): HostParse {
  const read = readHost(text);
  if ('problem' in read) return { ok: false, problem: read.problem };
  if ('address' in read) return { ok: true, host: { kind: 'address', address: read.address } };
  const name = read.labels.join('.');
  if (/[*?]/.test(name)) return { ok: false, problem: 'bad-character' };
  return { ok: true, host: { kind: 'name', name } };
}

/** Reads the host of a policy entry: a name, an address, or a name with wildcards. */
export function parseHostPattern(text: string): HostPatternParse {
  const read = readHost(text);
  if ('problem' in read) return { ok: false, problem: read.problem };
  if ('address' in read) return { ok: true, pattern: addressPattern(read.address) };
  const name = read.labels.join('.');
  if (!/[*?]/.test(name)) return { ok: true, pattern: new WrittenPattern('name', name, codePointsOf) };
  const problem = wildcardProblem(read.labels);
  if (problem) return { ok: false, problem };
  return { ok: true, pattern: new WrittenPattern('wildcard', spellSegments(name, '.'), labelTokens) };
}

function labelTokens(text: string): Token[] {
  return text.split('.').flatMap((label, at): Token[] => {
    const own: Token[] = label === '**' ? ['rest', 'one'] : segmentTokens(label);
    return at === 0 ? own : [...codePointsOf('.'), ...own];
  });
}

function addressPattern(address: Address): HostPattern {
  const tokens = codePointsOf(hostValue({ kind: 'address', address }));
  return { kind: 'address', reach: 'whole', text: printAddress(address), tokens };
}

type Read =
  | { readonly problem: HostProblem }
  | { readonly address: Address }
  | { readonly labels: readonly string[] };

/** What names and patterns have in common; wildcards are still plain characters. */
function readHost(text: string): Read {
  const problem = formProblem(text);
  if (problem) return { problem };
  const unbracketed = text.startsWith('[') ? /^\[(.*)\]$/.exec(text)?.[1] : undefined;
  const address = parseAddress(unbracketed ?? text);
  if (address.ok)
    return unbracketed?.includes(':') === false ? { problem: 'odd-address' } : { address: address.address };
  if (address.problem === 'zone') return { problem: text.includes(':') ? 'zone' : 'bad-character' };
  if (unbracketed !== undefined) return { problem: 'odd-address' };
  if (text.includes(':')) return { problem: /^[^:]*:[0-9]*$/.test(text) ? 'port' : 'odd-address' };
  return readLabels(text);
}

function formProblem(text: string): HostProblem | null {
  if (PLAIN.test(text)) return null;
  if (text === '') return 'empty';
  if (CONTROL_CHARACTER.test(text)) return 'control-character';
  if (/\s/.test(text)) return 'space';
  if (text.includes('://')) return 'scheme';
  if (text.includes('@')) return 'userinfo';
  if (/[/\\#]/.test(text)) return 'path';
  return /^\[.*\]:[0-9]*$/.test(text) ? 'port' : null;
}

function readLabels(text: string): Read {
  const labels: string[] = [];
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (const written of lower.replace(/\.$/, '').split('.')) {
    if (written === '') return { problem: 'empty-label' };
    const label = asciiLabel(written);
    if ('problem' in label) return label;
    labels.push(label.text);
  }
  if (labels.join('.').length > LONGEST_NAME) return { problem: 'too-long' };
  return isNumeric(labels.at(-1)!) ? { problem: 'odd-address' } : { labels };
}

/** One label, which has no ASCII capitals, in ASCII. Mapping is by UTS 46 as in URLs, one label at a time: no character becomes a dot. */
function asciiLabel(lower: string): { readonly text: string } | { readonly problem: HostProblem } {
  const isPlain = /^[a-z0-9_*?-]+$/.test(lower);
  if (!isPlain && /^[\x21-\x7e]*$/.test(lower)) return { problem: 'bad-character' };
  let text = lower;
  if (!isPlain || lower.startsWith('xn--')) {
    if (/[*?]/.test(lower)) return { problem: 'wildcard-in-international-label' };
    text = domainToASCII(lower);
    if (!/^[a-z0-9_-]+$/.test(text)) return { problem: 'bad-international-name' };
  }
  return text.length > LONGEST_LABEL ? { problem: 'label-too-long' } : { text };
}

/**
 * Whether a last label reads as a number, or could with its wildcards filled in. Such names are addresses to some
 * programs (`127.1`, `0x7f.1`, `010.0.0.1`) and names to nobody.
 */
function isNumeric(label: string): boolean {
  return /^(?=.*[0-9])([0-9*?]+|0x[0-9a-f*?]*)$/.test(label);
}

function wildcardProblem(labels: readonly string[]): HostProblem | null {
  if (labels.every((label) => /^[*?]+$/.test(label))) return 'bare-wildcard';
  // `10.0.0.*` means addresses to whoever writes it, and would match none.
  if (labels.every((label) => /^[0-9*?]+$/.test(label))) return 'odd-address';
  const misplaced = labels.some((label, at) => label.includes('**') && !(label === '**' && at === 0));
  return misplaced ? 'double-star-not-first' : null;
}

/** The host as a value of the host language: addresses in brackets as 32 digits, so that no wildcard reaches them. */
export function hostValue(host: Host): string {
  return host.kind === 'name' ? host.name : `[${host.address.toString(16).padStart(32, '0')}]`;
}

/** The host that a value of the host language stands for. */
export function hostOfValue(value: string): Host {
  return value.startsWith('[')
    ? { kind: 'address', address: BigInt(`0x${value.slice(1, -1)}`) }
    : { kind: 'name', name: value };
}

export function printHost(host: Host): string {
  return host.kind === 'name' ? host.name : printAddress(host.address);
}

const matchers = new WeakMap<HostPattern, Matcher>();

/** Whether the pattern covers the host. Time: length of one times the other, whatever the pattern. */
export function hostMatches(pattern: HostPattern, host: Host): boolean {
  // No name is printed like an address.
  if (pattern.kind !== 'wildcard') return pattern.text === printHost(host);
  // What stands behind the last wildcard stands for itself, and most names end otherwise.
  if (host.kind === 'address' || !host.name.endsWith(fixedEnd(pattern))) return false;
  const value = hostValue(host);
  let ready = matchers.get(pattern);
  if (!ready) {
    ready = new Matcher(HOSTS, pattern);
    matchers.set(pattern, ready);
  }
  return ready.matches(value);
}

function fixedEnd({ text }: HostPattern): string {
  return text.slice(Math.max(text.lastIndexOf('*'), text.lastIndexOf('?')) + 1);
}
