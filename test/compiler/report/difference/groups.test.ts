import { describe, expect, test } from 'vitest';
import type { Cause, Change } from '../../../../compiler/analysis/difference/change.ts';
import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { groupsOf, mostOf, spanOf } from '../../../../compiler/report/difference/groups.ts';
import { grantAt, made, madeChange, side, sideOf } from './comparisons.ts';

const causeAt = (line: number, place: { column?: number; file?: string } = {}): Cause => ({
  kind: 'granted',
  policy: 'new',
  grant: grantAt({ line, ...place }),
});
const stream: EgressAccess = {
  facet: 'egress',
  host: 'a.example.com',
  port: 443,
  binary: '/usr/bin/curl',
  sha256: null,
  address: null,
  http: null,
  at: 0,
};
const request: EgressAccess = { ...stream, http: { method: 'POST', path: '/', query: [], operations: ALL } };
const BASE = [side('host', 'a.example.com'), side('port', '443')];
const POST = [...BASE, side('seen as', 'inspected HTTP requests'), side('method', 'POST')];
const foldsOf = (changes: readonly Change[]) =>
  groupsOf(changes, 'widens').map(({ sets }) => sets.map(({ implied }) => implied));

describe('groups', () => {
  test('hold what one entry caused, in the order of the changes', () => {
    const changes = [
      madeChange({ cause: causeAt(9) }),
      madeChange({ cause: causeAt(2) }),
      madeChange({ cause: causeAt(9), example: 'second' }),
      madeChange({ cause: causeAt(9), direction: 'narrows' }),
      madeChange({ cause: { ...causeAt(9), kind: 'denial-removed' } }),
    ];
    const groups = groupsOf(changes, 'widens');
    expect(groups.map(({ cause, sets }) => [cause.grant.origin.line, cause.kind, sets.length])).toEqual([
      [9, 'granted', 2],
      [2, 'granted', 1],
      [9, 'denial-removed', 1],
    ]);
    expect(groupsOf(changes, 'narrows')).toHaveLength(1);
  });

  test('fold requests into the tunnel of the same cause that they pass through', () => {
    const tunnel = madeChange({
      sides: [...BASE, side('seen as', 'an opaque tunnel')],
      witness: stream,
    });
    const posts = madeChange({ sides: POST, witness: request });
    expect(foldsOf([tunnel, posts, { ...posts, example: 'again' }])).toEqual([[2]]);
    // The list of the difference has the request first.
    expect(foldsOf([posts, tunnel])).toEqual([[1]]);
  });

  test.each<[string, Partial<Change>]>([
    ['of another cause', { cause: causeAt(7) }],
    ['to another host', { sides: [side('host', 'b.example.com'), ...POST.slice(1)] }],
    ['to more ports', { sides: POST.filter(({ name }) => name !== 'port') }],
    ['that are another facet', { facet: 'inference' }],
  ])('but not requests %s', (_, unusual) => {
    const tunnel = madeChange({ sides: BASE, witness: stream });
    const sets = foldsOf([tunnel, madeChange({ sides: POST, witness: request, ...unusual })]).flat();
    expect(sets).toEqual([0, 0]);
  });

  test('can be cut, worst first, and say how many are left', () => {
    const changes = [2, 2, 5].map((line, at) => madeChange({ cause: causeAt(line), example: `${at}` }));
    const all = groupsOf(changes, 'widens');
    const cut = mostOf(all, 1);
    expect(cut.groups.flatMap(({ sets }) => sets.map(({ change }) => change.example))).toEqual(['0']);
    expect(cut.left).toBe(2);
    expect(mostOf(all, 3)).toEqual({ groups: all, left: 0 });
    expect(mostOf(all, null).left).toBe(0);
  });
});

describe('the text of a cause', () => {
  const underlined = (line: string, column: number) => {
    const comparison = made([], { next: sideOf(`first\n${line}\nlast\n`) });
    const span = spanOf(causeAt(2, { column }), comparison)!;
    return span.source.text.slice(span.start, span.end);
  };

  test.each([
    ['- { host: "*.example.com", port: 443 }', 11, '"*.example.com"'],
    ["- { host: 'it''s', port: 443 }", 11, "'it''s'"],
    ['- host: api.github.com # where', 9, 'api.github.com'],
    ['  github:', 3, 'github'],
    ['paths: [/a, /b]', 13, '/b'],
    ['  x', 9, '\n'],
  ])('of %j at column %d is %j', (line, column, expected) => {
    expect(underlined(line, column)).toBe(expected);
  });

  test('is looked up in the policy where it stands, and is none for a part without text', () => {
    const comparison = made([]);
    expect(spanOf({ ...causeAt(2), policy: 'old' }, comparison)!.source.path).toBe('main:agent.yaml');
    expect(spanOf(causeAt(2, { file: 'profile:agent' }), comparison)).toBeNull();
  });
});
