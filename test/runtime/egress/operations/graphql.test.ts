import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readOperations } from '../../../../runtime/egress/operations/read-operations.ts';
import type { InnerRequest } from '../../../../runtime/egress/operations/request.ts';
import { get, post, requestOf } from './requests.ts';

function said(request: InnerRequest): string {
  const reading = readOperations('graphql', request);
  if (!reading.ok) return `${reading.status} ${reading.why}`;
  const { operations } = reading;
  if (operations.kind !== 'only') return operations.kind;
  return operations.of
    .map((one) => (one.kind === 'graphql' ? `${one.type} ${one.name ?? '-'} ${one.fields.join()}` : one.kind))
    .join('; ');
}

const asked = (parts: Record<string, unknown>) => post(JSON.stringify(parts));
const query = (document: string) => asked({ query: document });
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

describe('a document', () => {
  it.each<[string, string, string]>([
    ['a query without a word', '{ viewer { login } }', 'query - viewer'],
    ['a query with a name', 'query Q($a: Int = 1) { b(x: $a) c }', 'query Q b,c'],
    ['a mutation', 'mutation { createIssue(input: {a: "}"}) { id } }', 'mutation - createIssue'],
    ['a subscription', 'subscription S { s }', 'subscription S s'],
    ['an alias', '{ viewer: deleteAll }', 'query - deleteAll'],
    [
      'a fragment',
      'query { ...F a } fragment F on Query { b ...G } fragment G on Query { c }',
      'query - b,c,a',
    ],
    ['a fragment in a circle', 'query { a ...F } fragment F on Query { ...F }', 'query - a'],
    ['a fragment without a name', '{ ... on Query { a ... @include(if: false) { b } } }', 'query - a,b'],
    ['a field that is skipped', '{ a @skip(if: true) }', 'query - a'],
    ['one field twice', '{ a x: a }', 'query - a'],
    ['words in a comment', '{ a # } mutation { b }\n }', 'query - a'],
    ['words in a block of text', '{ a(t: """ } mutation { b } """) }', 'query - a'],
    ['introspection', '{ __schema { types { name } } __typename }', 'query - __schema,__typename'],
    ['a fragment that is not there', '{ ...F }', '400 fragment'],
    ['nothing but a circle', '{ ...F } fragment F on Q { ...F }', '400 fragment'],
    [
      'two fragments with one name',
      '{ ...F } fragment F on Q { a } fragment F on Q { b }',
      '400 not-graphql',
    ],
    ['two operations with one name', 'query A { a } query A { b }', '400 not-graphql'],
    ['two operations, and no word which', 'query A { a } query B { b }', '400 no-such-operation'],
    ['a definition of a type', '{ a } type T { a: Int }', '400 not-graphql'],
    ['no operation', 'fragment F on Q { a }', '400 not-graphql'],
    ['an open brace', '{ a', '400 not-graphql'],
    ['nothing', '', '400 not-graphql'],
    ['a deep one', `${'{a'.repeat(200)}${'}'.repeat(200)}`, '400 too-deep'],
    [
      'a deep one behind closing brackets',
      `{ a(t: "${']'.repeat(9000)}") ${'{a'.repeat(9000)}${'}'.repeat(9000)} }`,
      '400 not-graphql',
    ],
    ['a field with a long name', `{ ${'a'.repeat(129)} }`, '413 too-large'],
    ['many fields', `{ ${Array.from({ length: 257 }, (_, at) => `a${at}`).join(' ')} }`, '413 too-large'],
    ['a long one', `{ ${'a '.repeat(20_001)} }`, '400 not-graphql'],
  ])('%s', (_, document, expected) => {
    expect(said(query(document))).toBe(expected);
  });
});

describe('a request', () => {
  const two = 'query A { a } mutation B { b }';
  it.each<[string, InnerRequest, string]>([
    ['in the URL', get('query={a}&operationName='), '400 no-such-operation'],
    ['in the URL, with variables', get('query={a}&variables={"x":1}&key=1'), 'query - a'],
    ['in the URL, twice', get('query={a}&query={b}'), '400 said-twice'],
    ['in the URL with a body', requestOf('GET', 'query={a}', 'x', {}), '400 method'],
    ['in the URL in another case', get('query={a}&Query={b}'), '400 key-in-another-case'],
    ['in the URL, variables with a key twice', get('query={a}&variables={"x":1,"x":2}'), '400 key-twice'],
    [
      'in the URL of a POST',
      requestOf('POST', 'query={b}', '{"query":"{a}"}', { 'content-type': 'application/json' }),
      '400 said-twice',
    ],
    ['the name of one of two', asked({ query: two, operationName: 'A' }), 'query A a; mutation B b'],
    ['the name of neither', asked({ query: two, operationName: 'C' }), '400 no-such-operation'],
    ['a name that is no text', asked({ query: two, operationName: 1 }), '400 not-graphql'],
    ['no name', asked({ query: '{a}', operationName: null, variables: null }), 'query - a'],
    ['a batch', post('[{"query":"{a}"},{"query":"mutation{b}"}]'), 'query - a; mutation - b'],
    ['an empty batch', post('[]'), '400 batch-size'],
    [
      'a document alone',
      requestOf('POST', '', 'mutation{b}', { 'content-type': 'application/graphql' }),
      'mutation - b',
    ],
    [
      'a form',
      requestOf('POST', '', 'query={a}', { 'content-type': 'application/x-www-form-urlencoded' }),
      '415 content-type',
    ],
    [
      'parts',
      requestOf('POST', '', '', { 'content-type': 'multipart/form-data; boundary=x' }),
      '415 content-type',
    ],
    ['the document twice', post('{"query":"{a}","query":"{b}"}'), '400 key-twice'],
    ['the document in another case', post('{"query":"{a}","QUERY":"{b}"}'), '400 key-in-another-case'],
    ['variables in a list', asked({ query: '{a}', variables: [] }), '400 not-graphql'],
    ['no document', asked({ variables: {} }), '400 not-graphql'],
    ['a hash alone', asked({ extensions: persisted(hash('{a}')) }), '400 persisted-query'],
    ['the hash of the document', asked({ query: '{a}', extensions: persisted(hash('{a}')) }), 'query - a'],
    [
      'the hash of another document',
      asked({ query: '{a}', extensions: persisted(hash('{b}')) }),
      '400 persisted-query',
    ],
    ['a document by its number', asked({ query: '{a}', doc_id: '7' }), '400 persisted-query'],
    ['a document by its number in the URL', get('query={a}&documentId=7'), '400 persisted-query'],
    ['other extensions', asked({ query: '{a}', extensions: { clientLibrary: { name: 'x' } } }), 'query - a'],
    ['a PUT', requestOf('PUT', '', '{"query":"{a}"}', {}), '400 method'],
  ])('%s', (_, request, expected) => {
    expect(said(request)).toBe(expected);
  });
});

test('never throws, and names each field that stands at the top', () => {
  const name = fc.constantFrom('a', 'b', 'cc', '_d');
  const selection: fc.Arbitrary<{ text: string; fields: readonly string[] }> = fc.letrec<{
    one: { text: string; fields: readonly string[] };
  }>((tie) => ({
    one: fc.oneof(
      { maxDepth: 3 },
      name.map((field) => ({ text: field, fields: [field] })),
      fc
        .tuple(name, name)
        .map(([alias, field]) => ({ text: `${alias}: ${field}(x: "}{") { z }`, fields: [field] })),
      fc.array(tie('one'), { minLength: 1, maxLength: 3 }).map((inner) => ({
        text: `... @include(if: false) { ${inner.map(({ text }) => text).join(' ')} }`,
        fields: inner.flatMap(({ fields }) => fields),
      })),
    ),
  })).one;
  fc.assert(
    fc.property(fc.array(selection, { minLength: 1, maxLength: 4 }), fc.string(), (selections, noise) => {
      const document = `mutation { ${selections.map(({ text }) => text).join(' ')} }`;
      const fields = [...new Set(selections.flatMap((one) => one.fields))];
      expect(said(query(document))).toBe(`mutation - ${fields.join()}`);
      // Whatever stands in the way, it is an answer and no exception.
      said(query(document.slice(0, noise.length) + noise + document.slice(noise.length)));
      said(post(noise));
    }),
    { numRuns: 2000 },
  );
});
