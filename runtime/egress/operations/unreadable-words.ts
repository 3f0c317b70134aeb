import type { Refusal } from '../refusal.ts';
import type { Reading, Unreadable } from './reading.ts';

/** Each continues "what it asks for cannot be read: ". */
export const UNREADABLE_WORDS: Readonly<Record<Unreadable, string>> = {
  'too-large': 'its body is larger than 1 MiB',
  'encoded-body': 'its body is compressed',
  'content-type': 'its content type is not one of the protocol',
  method: 'the protocol has no such request with this method',
  'empty-body': 'its body is empty',
  'not-utf8': 'its text is not UTF-8',
  'not-json': 'its body is not JSON',
  'too-deep': 'its body is nested too deeply',
  'key-twice': 'a key is there twice',
  'key-in-another-case': 'a key is there in another case',
  'half-a-character': 'a text ends within a character',
  'batch-size': 'its batch is empty or larger than 64',
  'not-json-rpc': 'its body is not JSON-RPC 2.0',
  'tool-without-name': 'it calls a tool without naming it',
  'header-says-something-else': 'a header says something else than its body',
  'not-graphql': 'it is no request of GraphQL',
  'persisted-query': 'it names a document that only the server has',
  'said-twice': 'it says the same thing in two places',
  'no-such-operation': 'its document does not have the operation that it names',
  fragment: 'a fragment of its document is missing or too intricate',
  upgrade: 'it does not open a WebSocket in the one way that servers agree on',
};

/** A refusal that also says why nobody could read what was asked for; the status of HTTP is that of the reason. */
export function withReason(refusal: Refusal, unreadable: Extract<Reading, { ok: false }> | null): Refusal {
  if (unreadable === null || refusal.status !== 403) return refusal;
  const message = `${refusal.message}; what it asks for cannot be read: ${UNREADABLE_WORDS[unreadable.why]}`;
  return { ...refusal, status: unreadable.status, message };
}
