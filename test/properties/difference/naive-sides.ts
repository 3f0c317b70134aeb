import type { Change, Side, Term } from '../../../compiler/analysis/difference/change.ts';
import { naiveGlobMatches, textMatches } from '../domain/naive.ts';
import { isNaivePublic, naiveBlockHolds } from './naive-address.ts';
import { type NaiveAttempt, naiveHostFits } from './naive-egress.ts';
import type { NaivePart } from './naive-operations.ts';

/** Whether an access lies in the set that a change names, read from its words as a person would read them. */
export function liesIn({ sides }: Change, tried: NaiveAttempt): boolean {
  return sides.every((side) => sideHolds(side, tried));
}

function sideHolds({ name, terms }: Side, tried: NaiveAttempt): boolean {
  const holds = wordsOf(name, tried);
  return terms.some(({ all, except }: Term) => all.every(holds) && !except.some(holds));
}

/** What one word of a side says about an access. */
function wordsOf(name: string, tried: NaiveAttempt): (word: string) => boolean {
  switch (name) {
    case 'host':
      return (word) => naiveHostFits(word, tried);
    case 'port':
      return (word) => {
        const [low, high = low] = word.split('-').map(Number);
        return low! <= tried.port && tried.port <= high!;
      };
    case 'binary':
      return (word) => naiveGlobMatches(word, tried.binary);
    case 'sha256':
      return (word) => word === tried.sha256;
    case 'address':
      return (word) =>
        word === 'public addresses' ? isNaivePublic(tried.address!) : naiveBlockHolds(word, tried.address!);
    case 'seen as':
      return (word) => isSeenAs(word, tried.parts?.[0] ?? null);
    case 'rpc method':
    case 'tool':
    case 'operation name':
    case 'field':
    case 'message':
      return (word) => partHolds(name, word, tried.parts?.[0] ?? null);
    case 'method':
      return (word) => word === (tried.method === 'other' ? 'OTHER' : tried.method);
    case 'path':
      return (word) => naiveGlobMatches(word, tried.path);
    case 'time':
      return (word) => timeHolds(word, tried.at);
    default:
      return (word) => queryHolds(word, name.replace(/^query /, ''), tried);
  }
}

const isWebsocket = (part: NaivePart) => ['upgrade', 'text', 'bytes'].includes(part.kind);

const SEEN: Readonly<Record<string, (part: NaivePart) => boolean>> = {
  'inspected HTTP requests': (part) => !isWebsocket(part),
  'HTTP requests whose content nobody reads': ({ kind }) => kind === 'unread',
  'HTTP requests that ask for nothing inside': ({ kind }) => kind === 'nothing',
  'calls of JSON-RPC': ({ kind }) => kind === 'call',
  'calls of JSON-RPC without a tool': (part) => part.kind === 'call' && part.tool === null,
  'calls of tools of MCP': (part) => part.kind === 'call' && part.tool !== null,
  'operations of GraphQL': ({ kind }) => kind === 'field',
  'queries of GraphQL': (part) => part.kind === 'field' && part.type === 'query',
  'mutations of GraphQL': (part) => part.kind === 'field' && part.type === 'mutation',
  'subscriptions of GraphQL': (part) => part.kind === 'field' && part.type === 'subscription',
  'the opening of a WebSocket': ({ kind }) => kind === 'upgrade',
  'messages on a WebSocket': ({ kind }) => kind === 'text' || kind === 'bytes',
  'text on a WebSocket': ({ kind }) => kind === 'text',
  'binary messages on a WebSocket': ({ kind }) => kind === 'bytes',
};

function isSeenAs(word: string, part: NaivePart | null): boolean {
  // A WebSocket that nobody reads is a stream like any other.
  if (word === 'an opaque tunnel') return part === null || isWebsocket(part);
  if (word === 'an opaque tunnel that is no WebSocket') return part === null;
  if (part === null) return false;
  const holds = SEEN[word];
  if (holds === undefined) throw new Error(`no reader knows the words ${word}`);
  return holds(part);
}

function partHolds(side: string, glob: string, part: NaivePart | null): boolean {
  if (part?.kind === 'call') {
    return textMatches(glob, side === 'tool' ? (part.tool ?? '') : part.method);
  }
  if (part?.kind === 'field') return textMatches(glob, side === 'field' ? part.field : (part.name ?? ''));
  return part?.kind === 'text' && textMatches(glob, part.text);
}

function queryHolds(word: string, key: string, { query }: NaiveAttempt): boolean {
  const values = query.filter(([name]) => name === key).map(([, value]) => value);
  const all = word.startsWith('only values like ');
  const glob = word.replace(/^(only values|a value) like /, '');
  const fits = (value: string) => textMatches(glob, value);
  return values.length > 0 && (all ? values.every(fits) : values.some(fits));
}

function timeHolds(word: string, at: number): boolean {
  const from = /from (\S+)/.exec(word)?.[1];
  const until = /until (\S+)/.exec(word)?.[1];
  return (from === undefined || at >= Date.parse(from)) && (until === undefined || at < Date.parse(until));
}

/** An access of a set must say which address it goes to. */
export function isResolved(tried: NaiveAttempt | null): tried is NaiveAttempt {
  return tried !== null && tried.address !== null;
}
