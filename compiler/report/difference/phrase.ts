import type { Change, Side, Term } from '../../analysis/difference/change.ts';
import { visibleWhole } from '../../diagnostics/render/visible.ts';
import type { Phrase, PhrasePart } from '../phrase.ts';

export function words(text: string): PhrasePart {
  return { kind: 'words', text };
}

export function value(text: string): PhrasePart {
  return { kind: 'value', text };
}

/** A phrase as one line of text that acts on no terminal. */
export function plainPhrase(phrase: Phrase): string {
  return phrase.map(({ kind, text }) => (kind === 'words' ? text : visibleWhole(text))).join('');
}

/** A set on one line, such as `POST /repos/acme/x on api.github.com:443 by /usr/bin/gh`. */
export function phraseOfSet({ facet, sides }: Pick<Change, 'facet' | 'sides'>): Phrase {
  const named = new Map(sides.map((side) => [side.name, side]));
  if (facet === 'egress' && named.has('credential')) return credentialPhrase(named);
  if (facet === 'egress' && named.has('host')) return egressPhrase(named);
  if (facet === 'filesystem' && named.has('path')) return filePhrase(named);
  if (facet === 'syscalls' && named.has('syscall')) return syscallPhrase(named);
  return listed([...named.values()]);
}

/** The example of a change, its quoted values apart from our words. */
export function phraseOfExample({ example, witness, sides, cause }: Change): Phrase {
  const values = JSON.stringify([witness, sides, cause.grant.id], (_key, one: unknown) =>
    typeof one === 'bigint' ? `${one}` : one,
  );
  // A value with a backtick in it makes the quotes ambiguous; then nothing of it is taken for our words.
  return values.includes('`') ? [value(example)] : unquoted(example);
}

/** Words that quote one value, as the engine says what it could not compare. */
export function phraseOfUnknown(unknown: string): Phrase {
  return unknown.split('`').length === 3 ? unquoted(unknown) : [value(unknown)];
}

function unquoted(text: string): Phrase {
  const pieces = text.split('`').map((part, at) => (at % 2 === 0 ? words(part) : value(part)));
  return pieces.filter((piece) => piece.text !== '');
}

type Named = Map<string, Side>;

/** Takes a side out of those that are still to be said. */
function take(named: Named, name: string): Side | undefined {
  const side = named.get(name);
  named.delete(name);
  return side;
}

const INSPECTED = 'inspected HTTP requests';
const UNSEEN = 'an opaque tunnel';
const PUBLIC = 'public addresses';

function egressPhrase(named: Named): Phrase {
  const request = requestPhrase(named);
  const hosts = take(named, 'host');
  const port = take(named, 'port');
  const binary = take(named, 'binary');
  const phrase: PhrasePart[] = [...request, words(' on '), ...placePhrase(hosts, port)];
  if (binary) phrase.push(words(' by '), ...termsPhrase(binary.terms));
  else phrase.push(words(' by any program'));
  phrase.push(...addressPhrase(take(named, 'address'), hosts));
  const time = take(named, 'time');
  if (time) phrase.push(words(', '), ...termsPhrase(time.terms));
  return named.size === 0 ? phrase : [...phrase, words(', '), ...listed([...named.values()])];
}

/** What is sent: a stream, requests of some methods and paths, or either. */
function requestPhrase(named: Named): Phrase {
  const seen = take(named, 'seen as');
  const method = take(named, 'method');
  const path = take(named, 'path');
  if (seen?.terms.some(({ all }) => all[0]?.startsWith(UNSEEN))) return [words(UNSEEN)];
  const phrase: PhrasePart[] = [];
  if (method) phrase.push(...termsPhrase(method.terms, 'any method'));
  else phrase.push(words(seen || path ? 'any request' : 'anything, inspected or not,'));
  if (path) phrase.push(words(method ? ' ' : ' for '), ...termsPhrase(path.terms, 'any path'));
  const inside = (seen?.terms ?? []).flatMap(({ all }) => (all[0] === INSPECTED ? [] : all));
  return inside.length === 0 ? phrase : [...phrase, words(` as ${inside.join(' or ')}`)];
}

/** `host:443` where both are one value, which is what people write. */
function placePhrase(hosts: Side | undefined, port: Side | undefined): Phrase {
  const [host, single] = [singleOf(hosts), singleOf(port)];
  if (host !== null && single !== null) {
    return [value(`${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${single}`)];
  }
  const phrase = hosts ? [...termsPhrase(hosts.terms, 'any host')] : [words('any host')];
  if (!port) return [...phrase, words(' on any port')];
  return [...phrase, words(single === null ? ' on ports ' : ' on port '), ...termsPhrase(port.terms)];
}

const ADDRESS_LITERAL = /^[\d.]+$|:/;

/** Public addresses are what a host has unless a policy says otherwise, so they are not said. */
function addressPhrase(address: Side | undefined, hosts: Side | undefined): Phrase {
  if (address) {
    return singleOf(address) === PUBLIC ? [] : [words(' at '), ...termsPhrase(address.terms, 'any address')];
  }
  const areLiterals = hosts?.terms.every(
    ({ all }) => all.length > 0 && all.every((one) => ADDRESS_LITERAL.test(one)),
  );
  return areLiterals ? [] : [words(' at any address, private ones too')];
}

/** `credential github to api.github.com:443, header authorization`. */
function credentialPhrase(named: Named): Phrase {
  const credential = take(named, 'credential')!;
  const hosts = take(named, 'host');
  const port = take(named, 'port');
  const phrase = [words('credential '), ...termsPhrase(credential.terms)];
  if (hosts) phrase.push(words(' to '), ...placePhrase(hosts, port));
  return named.size === 0 ? phrase : [...phrase, words(', '), ...listed([...named.values()])];
}

function filePhrase(named: Named): Phrase {
  const rights = take(named, 'right');
  const paths = take(named, 'path')!;
  const phrase = [
    ...(rights ? termsPhrase(rights.terms, 'anything') : [words('any use of')]),
    words(rights ? ': ' : ' '),
    ...termsPhrase(paths.terms, 'any path'),
  ];
  return named.size === 0 ? phrase : [...phrase, words(', '), ...listed([...named.values()])];
}

/** `syscall mmap where arg 2 has PROT_EXEC but not PROT_WRITE`. */
function syscallPhrase(named: Named): Phrase {
  const calls = take(named, 'syscall')!;
  const phrase = [words('syscall '), ...termsPhrase(calls.terms)];
  const terms = take(named, 'arguments')?.terms ?? [];
  const isPlain = terms.every(({ except }) => except.length === 0);
  const conditions = joined(terms.map(conditionPhrase), isPlain ? ', or ' : '; or ');
  if (terms.length > 0) phrase.push(words(' '), ...conditions);
  return named.size === 0 ? phrase : [...phrase, words(', '), ...listed([...named.values()])];
}

function conditionPhrase({ all, except }: Term): Phrase {
  const held =
    all.length === 0
      ? [words('with any arguments')]
      : [words('where '), ...joined(all.map(alone), ' and also ')];
  return except.length === 0
    ? held
    : [...held, words(' except where '), ...joined(except.map(alone), ', where ', ' and where ')];
}

/** Every side with its name. */
function listed(sides: readonly Side[]): Phrase {
  return sides.flatMap(({ name, terms }, at) => [
    ...(at === 0 ? [] : [words(', ')]),
    ...nameOf(name),
    words(' '),
    ...termsPhrase(terms),
  ]);
}

/** The keys of a query come from the policy. */
function nameOf(name: string): Phrase {
  const key = /^query (.*)$/s.exec(name)?.[1];
  return key === undefined ? [words(name)] : [words('query '), value(key)];
}

function singleOf(side: Side | undefined): string | null {
  const [only, ...others] = side?.terms ?? [];
  if (only === undefined || others.length > 0 || only.except.length > 0 || only.all.length !== 1) return null;
  return only.all[0]!;
}

/** Terms with exceptions are set apart further, so that it is plain what the exceptions belong to. */
function termsPhrase(terms: readonly Term[], anything = 'anything'): Phrase {
  const phrases = terms.map((term) => termPhrase(term, anything));
  const isPlain = terms.every(({ except }) => except.length === 0);
  return isPlain ? joined(phrases, ', ', ' or ') : joined(phrases, '; ', '; or ');
}

function termPhrase({ all, except }: Term, anything: string): Phrase {
  const matched = all.length === 0 ? [words(anything)] : joined(all.map(alone), ' and also ');
  return except.length === 0
    ? matched
    : [...matched, words(' except '), ...joined(except.map(alone), ', ', ' and ')];
}

function alone(text: string): Phrase {
  return [value(text)];
}

function joined(phrases: readonly Phrase[], between: string, last = between): Phrase {
  return phrases.flatMap((phrase, at) => {
    if (at === 0) return phrase;
    return [words(at === phrases.length - 1 ? last : between), ...phrase];
  });
}
