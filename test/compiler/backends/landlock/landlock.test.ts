import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { landlock } from '../../../../compiler/backends/landlock/emit.ts';
import { mountView } from '../../../../compiler/backends/mount-view/emit.ts';
import type { Target } from '../../../../compiler/backends/target.ts';
import { rightsOf } from '../../../../compiler/ir/filesystem.ts';
import type { Policy } from '../../../../compiler/ir/policy.ts';
import { artifactText, emitWith } from '../../../support/emissions.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import {
  denied,
  egressEntry,
  inferenceRoute,
  type PolicyParts,
  policyOf,
  readNoExecute,
  readOnly,
  readWrite,
  scratch,
  targetOf,
} from '../../../support/policies.ts';
import { readSharedData } from '../../../support/shared-data.ts';

const NO_NAMESPACES = { userNamespaces: false } as const;

/** Landlock over the mount view of the same policy, as the registry has them. */
function overView(policy: Policy, target: Partial<Target> = {}) {
  const [, emission] = emitWith([mountView, landlock], policy, targetOf(target));
  return emission!;
}

function filesOf(parts: PolicyParts, target: Partial<Target> = {}) {
  return overView(policyOf(parts), target).coverage.filesystem;
}

const BASIC = [readOnly('/usr'), readWrite('/dev/null'), readWrite('/work'), scratch('/tmp')];

describe('the ruleset file', () => {
  it('is accepted by the published schema for every ABI', (context) => {
    hostNeeds(context, publishedFiles);
    const validate = new Ajv({ allErrors: true }).compile(
      JSON.parse(readSharedData('landlock/landlockconfig.schema.json')),
    );
    const policies = [
      policyOf({ entries: BASIC }),
      policyOf(),
      policyOf({ egress: [egressEntry('a.example')] }),
    ];
    for (const policy of policies) {
      for (let landlockAbi = 1; landlockAbi <= 7; landlockAbi++) {
        const json = JSON.parse(artifactText(overView(policy, { landlockAbi }), 'landlock/ruleset.json'));
        expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
        expect(json.abi).toBe(landlockAbi);
      }
    }
  });

  it('writes every right by its own name and groups the paths that have the same', () => {
    const policy = policyOf({ entries: [readNoExecute('/etc'), readOnly('/lib'), readOnly('/usr')] });
    expect(JSON.parse(artifactText(overView(policy, { landlockAbi: 6 }), 'landlock/ruleset.json'))).toEqual({
      abi: 6,
      ruleset: [
        {
          handledAccessFs: [
            'execute',
            'write_file',
            'read_file',
            'read_dir',
            'remove_dir',
            'remove_file',
            'make_char',
            'make_dir',
            'make_reg',
            'make_sock',
            'make_fifo',
            'make_block',
            'make_sym',
            'refer',
            'truncate',
            'ioctl_dev',
          ],
          scoped: ['abstract_unix_socket', 'signal'],
        },
      ],
      pathBeneath: [
        { allowedAccess: ['read_file', 'read_dir'], parent: ['/etc'] },
        { allowedAccess: ['execute', 'read_file', 'read_dir'], parent: ['/lib', '/usr'] },
      ],
    });
  });

  it.each([
    [1, rightsOf('refer', 'truncate', 'ioctl_dev'), 0, 0],
    [2, rightsOf('truncate', 'ioctl_dev'), 0, 0],
    [3, rightsOf('ioctl_dev'), 0, 0],
    [4, rightsOf('ioctl_dev'), 3, 0],
    [5, 0, 3, 0],
    [6, 0, 3, 3],
    [7, 0, 3, 3],
  ])('handles at ABI %i what that ABI knows', (landlockAbi, unknown, net, scopes) => {
    const policy = policyOf({ entries: BASIC, landlock: 'best_effort' });
    const { landlock: ruleset } = overView(policy, { landlockAbi }).parts;
    expect(ruleset!.handledFs).toBe(0xffff & ~unknown);
    const exposed = overView(policy, { ...NO_NAMESPACES, landlockAbi }).parts.landlock!;
    expect(exposed.handledNet).toBe(net);
    expect(ruleset!.handledNet, "its own loopback is the sandbox's").toBe(0);
    expect(ruleset!.scoped).toBe(scopes);
    for (const { rights } of ruleset!.paths) expect(rights & unknown).toBe(0);
  });

  it('without a network namespace leaves connecting open where something is granted', () => {
    for (const parts of [{ egress: [egressEntry('a.example')] }, { routes: [inferenceRoute('m')] }]) {
      expect(overView(policyOf(parts), NO_NAMESPACES).parts.landlock!.handledNet).toBe(1);
    }
  });

  it('is not written for a kernel without Landlock', () => {
    const emission = overView(policyOf({ entries: BASIC, landlock: 'best_effort' }), { landlockAbi: 0 });
    expect(emission.artifacts).toEqual([]);
    expect(emission.parts.landlock).toBeNull();
  });

  it('has no rule for a denied path, nor for one that only a denied path leads to', () => {
    const { landlock: ruleset } = overView(
      policyOf({ entries: [readOnly('/w'), denied('/w/s'), readOnly('/w/s/public')] }),
    ).parts;
    expect(ruleset!.paths.map(({ path }) => path)).toEqual(['/w']);
  });

  it("does not let the host's folder stand in for a scratch folder that cannot be mounted", () => {
    const emission = overView(policyOf({ entries: BASIC }), NO_NAMESPACES);
    expect(emission.parts.landlock!.paths.map(({ path }) => path)).toEqual(['/dev/null', '/usr', '/work']);
    expect(emission.coverage.filesystem).toEqual({
      kind: 'stricter',
      why: 'it cannot execute `/tmp`, which is granted',
    });
  });
});

describe('what Landlock covers', () => {
  it('is exact over the mount view', () => {
    expect(filesOf({ entries: BASIC })).toEqual({ kind: 'exact' });
    expect(filesOf({ entries: [readWrite('/sandbox'), readOnly('/sandbox/.openclaw')] })).toEqual({
      kind: 'exact',
    });
    expect(filesOf({ entries: [readWrite('/w'), denied('/w/.env')] })).toEqual({ kind: 'exact' });
  });

  it('is looser below a writable folder without the mount view, with the read-only folder as witness', () => {
    expect(
      filesOf({ entries: [readWrite('/sandbox'), readOnly('/sandbox/.openclaw')] }, NO_NAMESPACES),
    ).toEqual({
      kind: 'looser',
      gap: 'filesystem/landlock-additive',
      why: expect.stringContaining('add up along a path'),
      witness: { facet: 'filesystem', path: '/sandbox/.openclaw', right: 'write_file' },
    });
  });

  it('is looser where reading without executing rests on Landlock alone', () => {
    expect(filesOf({ entries: [readNoExecute('/w')] }, NO_NAMESPACES)).toMatchObject({
      kind: 'looser',
      gap: 'filesystem/landlock-execute',
      witness: { path: '/w', right: 'execute' },
    });
    expect(filesOf({ entries: [readNoExecute('/w')] })).toEqual({ kind: 'exact' });
  });

  it('is looser where the agent can make a path that was missing, and exact where it cannot', () => {
    expect(filesOf({ entries: [readWrite('/w'), denied('/w/.env', { optional: true })] })).toMatchObject({
      kind: 'looser',
      gap: 'filesystem/optional-below-writable',
      witness: { path: '/w/.env', right: 'write_file' },
    });
    expect(filesOf({ entries: [readOnly('/w'), denied('/w/.env', { optional: true })] })).toEqual({
      kind: 'exact',
    });
  });

  it('is exact where a denied path is missing in a private folder, because it is made there', () => {
    const optional = { optional: true };
    expect(filesOf({ entries: [scratch('/tmp'), denied('/tmp/x', optional)] })).toEqual({ kind: 'exact' });
    expect(filesOf({ entries: [scratch('/tmp'), readOnly('/tmp/x', optional)] })).toMatchObject({
      gap: 'filesystem/optional-below-writable',
    });
  });

  it('is stricter about a grant that only a denied folder leads to', () => {
    expect(filesOf({ entries: [readOnly('/w'), denied('/w/s'), readOnly('/w/s/public')] })).toEqual({
      kind: 'stricter',
      why: 'it cannot execute `/w/s/public`, which is granted',
    });
  });

  it('is exact about devices, which have no content to list, make or truncate', () => {
    const entries = [readWrite('/dev/null'), readOnly('/dev/urandom'), scratch('/dev/shm')];
    expect(filesOf({ entries })).toEqual({ kind: 'exact' });
    expect(filesOf({ entries }, { engine: 'docker' })).toEqual({ kind: 'exact' });
  });

  it('is stricter about devices in a folder that is granted as a whole', () => {
    expect(filesOf({ entries: [readOnly('/dev')] })).toMatchObject({ kind: 'stricter' });
  });

  it('names the next gap once one is accepted, so that no acceptance covers two', () => {
    const entries = [readWrite('/sandbox'), readOnly('/sandbox/.openclaw'), readNoExecute('/zdata')];
    const additive = 'filesystem/landlock-additive';
    const execute = 'filesystem/landlock-execute';
    expect(filesOf({ entries, waivers: [additive] }, NO_NAMESPACES)).toMatchObject({ gap: execute });
    expect(filesOf({ entries, waivers: [additive, execute] }, NO_NAMESPACES)).toMatchObject({
      gap: additive,
    });
  });
});

describe('the ABI that a policy requires', () => {
  const required = (parts: PolicyParts, target: Partial<Target> = {}) =>
    overView(policyOf(parts), target).parts.landlock!.requiredAbi;

  it('is 1 where nothing may be written', () => expect(required({ entries: [readOnly('/usr')] })).toBe(1));
  it('is 2 where files may be moved between folders', () => expect(required({ entries: BASIC })).toBe(2));
  it('is 3 where something is writable but not to be truncated', () => {
    const rights = rightsOf('read_file', 'read_dir', 'write_file');
    expect(required({ entries: [readWrite('/w', { rights })] })).toBe(3);
  });
  it('is 5 where a device may be read but not controlled', () =>
    expect(required({ entries: [readOnly('/dev/urandom')] })).toBe(5));
  it('counts the mounts of a container as it does those of the view', () => {
    expect(required({ entries: [readOnly('/usr')] }, { engine: 'docker' })).toBe(1);
    expect(required({ entries: BASIC }, { engine: 'docker' })).toBe(2);
  });
  it('is 6 without namespaces, because nothing else then stops signals', () =>
    expect(required({ entries: [readOnly('/usr')] }, NO_NAMESPACES)).toBe(6));

  it('stops the compile for an older kernel and names what would be lost', () => {
    const { diagnostics } = overView(policyOf({ entries: [readOnly('/dev/urandom'), readWrite('/w')] }), {
      landlockAbi: 1,
    });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      code: 'NC1610',
      severity: 'error',
      message:
        "the target's kernel offers Landlock ABI 1, this blueprint needs ABI 5: " +
        'the agent could still control the device `/dev/urandom`; it could not move a file to or from `/w`',
    });
    expect(diagnostics[0]!.help).toContain('Linux 6.10');
  });

  it('only warns with best effort, and then the gap is the kernel', () => {
    const policy = policyOf({ entries: [readOnly('/dev/urandom')], landlock: 'best_effort' });
    const emission = overView(policy, { landlockAbi: 4 });
    expect(emission.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['NC1611', 'warning'],
    ]);
    expect(emission.coverage.filesystem).toMatchObject({
      kind: 'looser',
      gap: 'filesystem/landlock-abi',
      witness: { path: '/dev/urandom', right: 'ioctl_dev' },
    });
  });

  it('says nothing where the kernel is new enough', () => {
    expect(overView(policyOf({ entries: BASIC }), { landlockAbi: 2 }).diagnostics).toEqual([]);
    expect(filesOf({ entries: BASIC }, { landlockAbi: 2 })).toEqual({ kind: 'exact' });
  });

  it('says that a kernel without Landlock has none', () => {
    const { diagnostics, coverage } = overView(policyOf({ entries: [readOnly('/usr')] }), { landlockAbi: 0 });
    expect(diagnostics[0]!.code).toBe('NC1610');
    expect(diagnostics[0]!.message).toContain('has no Landlock');
    expect(coverage.filesystem).toMatchObject({ kind: 'looser', gap: 'filesystem/landlock-abi' });
  });
});
