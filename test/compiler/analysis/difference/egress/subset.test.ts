import { describe, expect, it } from 'vitest';
import { egressSubset } from '../../../../../compiler/analysis/difference/egress/subset.ts';
import { parseGlob } from '../../../../../compiler/domain/glob.ts';
import { ALL_METHODS } from '../../../../../compiler/domain/method.ts';
import type { EgressEntry, EgressPolicy, HttpRule } from '../../../../../compiler/ir/egress.ts';
import { ALL, only } from '../../../../../compiler/ir/extent.ts';
import { egressEntry } from '../../../../support/policies.ts';

const policy = (...entries: EgressEntry[]): EgressPolicy => ({ entries });

function http(host: string, parts: { allow?: string[]; deny?: string[] }): EgressEntry {
  const rules = (paths: string[]) =>
    paths.map(
      (path): HttpRule => ({ methods: ALL_METHODS, path: only(glob(path)), query: [], operations: ALL }),
    );
  return {
    ...egressEntry(host),
    visibility: 'http',
    allow: parts.allow ? only(rules(parts.allow)) : ALL,
    deny: rules(parts.deny ?? []),
  };
}

function glob(text: string) {
  const parsed = parseGlob(text, 'url');
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.glob;
}

const narrow = http('api.example.com', { allow: ['/a/**'] });
const wide = http('*.example.com', { allow: ['/**'] });

describe('egressSubset', () => {
  it.each([
    ['nothing in something', policy(), policy(narrow)],
    ['a policy in itself', policy(narrow, wide), policy(wide, narrow)],
    ['a narrower one', policy(narrow), policy(wide)],
    [
      'one with a denial more',
      policy(http('*.example.com', { deny: ['/x'] })),
      policy(http('*.example.com', {})),
    ],
  ])('finds %s', (_name, inner, outer) => {
    expect(egressSubset(inner, outer)).toEqual({ isSubset: 'yes' });
  });

  it.each([
    ['a wider pattern', policy(wide), policy(narrow), 'y.example.com', '/'],
    [
      'a denial that is gone',
      policy(wide),
      policy(wide, http('**.example.com', { deny: ['/a/*'] })),
      'y.example.com',
      '/a/x',
    ],
    ['something in nothing', policy(narrow), policy(), 'api.example.com', '/a/'],
  ])('shows an access for %s', (_name, inner, outer, host, path) => {
    const found = egressSubset(inner, outer);
    expect(found).toMatchObject({ isSubset: 'no', witness: { host, http: { path } } });
  });

  it('knows nothing where the only example is one that nobody can ask for', () => {
    const escapes = http('api.example.com', { allow: ['/x', '/%*41'] });
    expect(egressSubset(policy(escapes), policy(http('api.example.com', { allow: ['/x'] })))).toEqual({
      isSubset: 'unknown',
      intricate: 'path',
    });
  });

  it('over budget, shows an access when one is met and knows nothing otherwise', () => {
    const intricate = http('api.example.com', { allow: [`/*a${'?'.repeat(10)}`] });
    // It allows the example that is met first.
    const other = http('api.example.com', { allow: ['/a*', `/*b${'?'.repeat(10)}`] });
    expect(egressSubset(policy(intricate), policy(other), 500)).toEqual({
      isSubset: 'unknown',
      intricate: 'path',
    });
    expect(egressSubset(policy(wide, intricate), policy(other), 500)).toMatchObject({ isSubset: 'no' });
  });
});
