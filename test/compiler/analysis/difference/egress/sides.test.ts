import { describe, expect, it } from 'vitest';
import { BoxWords, sidesOfAccess } from '../../../../../compiler/analysis/difference/egress/sides.ts';
import { Budget } from '../../../../../compiler/domain/automaton/budget.ts';
import { URL_PATHS } from '../../../../../compiler/domain/automaton/language.ts';
import { textDimension, textSet } from '../../../../../compiler/domain/diagram/text-dimension.ts';
import { parseGlob } from '../../../../../compiler/domain/glob.ts';
import type { EgressAccess } from '../../../../../compiler/ir/access.ts';
import { ALL } from '../../../../../compiler/ir/extent.ts';

const STREAM: EgressAccess = {
  facet: 'egress',
  host: 'a.example',
  port: 443,
  binary: '/usr/bin/curl',
  sha256: null,
  address: '10.0.0.1',
  http: null,
  at: 0,
};

describe('one access by its sides', () => {
  const told = (access: EgressAccess) =>
    sidesOfAccess(access).map(({ name, terms }) => `${name}: ${terms.map(({ all }) => all.join()).join()}`);

  it('says whether somebody looks into it', () => {
    const connection = ['host: a.example', 'port: 443', 'binary: /usr/bin/curl', 'address: 10.0.0.1'];
    expect(told(STREAM)).toEqual([...connection, 'seen as: an opaque tunnel']);
    expect(told({ ...STREAM, http: { method: 'GET', path: '/a', query: [], operations: ALL } })).toEqual([
      ...connection,
      'seen as: inspected HTTP requests',
      'method: GET',
      'path: /a',
    ]);
  });
});

describe('a box in words', () => {
  const path = textDimension('path', URL_PATHS);
  const parsed = parseGlob('/a*b*c', 'url');
  if (!parsed.ok) throw new Error(parsed.problem);
  const partition = path.partition([[textSet([parsed.glob])]], new Budget(10_000))!;
  const box = [{ dimension: 0, partition, atoms: [partition.locate('/abc')] }];

  it('is said as far as the budget goes, and else not at all', () => {
    expect(new BoxWords([path], new Budget(10_000)).sidesOf(box)).toEqual([
      { name: 'path', terms: [{ all: ['/a*b*c'], except: [] }] },
    ]);
    expect(new BoxWords([path], new Budget(0)).sidesOf(box)).toBeNull();
  });
});
