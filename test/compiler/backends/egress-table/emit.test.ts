import { describe, expect, it } from 'vitest';
import { egressTable } from '../../../../compiler/backends/egress-table/emit.ts';
import { combineCoverage } from '../../../../compiler/backends/gate.ts';
import { BACKENDS } from '../../../../compiler/backends/registry.ts';
import { policyDigest } from '../../../../compiler/ir/canonical.ts';
import { readTable } from '../../../../compiler/ir/egress-table/read.ts';
import { artifactText, emitWith } from '../../../support/emissions.ts';
import { egressEntry, policyOf, targetOf } from '../../../support/policies.ts';

const policy = policyOf({ name: 'agent', egress: [egressEntry('a.example')] });

describe('the egress table of a bundle', () => {
  it('carries the digest of the policy and reads back', () => {
    const [emission] = emitWith([egressTable], policy, targetOf());
    const read = readTable(artifactText(emission!, 'egress/table.json'));
    expect(read).toMatchObject({ ok: true, table: { name: 'agent', policy: policyDigest(policy).value } });
  });

  it.each([
    ['in namespaces', targetOf(), 'exact'],
    ['with root', targetOf({ privilege: 'root', userNamespaces: false }), 'exact'],
    ['without namespaces', targetOf({ userNamespaces: false }), 'looser'],
  ])('makes egress enforced, %s', (_name, target, kind) => {
    const used = BACKENDS.filter(({ engines }) => engines.includes(target.engine));
    expect(combineCoverage(emitWith(used, policy, target)).egress.kind).toBe(kind);
  });

  it('covers nothing by itself without namespaces', () => {
    const [emission] = emitWith([egressTable], policy, targetOf({ userNamespaces: false }));
    expect(emission!.coverage.egress).toEqual({ kind: 'none' });
  });
});
