import { describe, expect, it } from 'vitest';
import { mountView } from '../../../../compiler/backends/mount-view/emit.ts';
import type { Target } from '../../../../compiler/backends/target.ts';
import { decide } from '../../../../compiler/ir/decide.ts';
import { artifactText, emitWith } from '../../../support/emissions.ts';
import {
  denied,
  type PolicyParts,
  policyOf,
  readOnly,
  readWrite,
  scratch,
  targetOf,
} from '../../../support/policies.ts';

function viewOf(parts: PolicyParts, target: Partial<Target> = {}) {
  const [emission] = emitWith([mountView], policyOf(parts), targetOf(target));
  return emission!;
}

const NO_NAMESPACES = { userNamespaces: false } as const;

describe('the mount view', () => {
  it('says in its file what each mount shows', () => {
    const entries = [
      readOnly('/proc'),
      scratch('/tmp'),
      readWrite('/work'),
      readOnly('/work/a/.git', { optional: true }),
      denied('/work/.env'),
    ];
    const json = artifactText(viewOf({ entries, limits: { scratch_size: 4096 } }), 'mount-view/mounts.json');
    expect(JSON.parse(json)).toEqual({
      root: 'an empty folder, read-only',
      mounts: [
        { path: '/proc', shows: "the sandbox's own processes" },
        {
          path: '/tmp',
          shows: 'an empty folder in memory',
          writable: true,
          executable: true,
          sizeBytes: 4096,
        },
        {
          path: '/work',
          shows: "the host's own",
          writable: true,
          executable: true,
          ifMissing: 'the launch stops',
          linksFollowedIn: '/work',
        },
        { path: '/work/.env', shows: 'nothing', ifMissing: 'the launch stops' },
        {
          path: '/work/a',
          shows: "the host's own",
          writable: true,
          executable: true,
          ifMissing: 'left out',
          linksFollowedIn: '/work',
        },
        {
          path: '/work/a/.git',
          shows: "the host's own",
          writable: false,
          executable: true,
          ifMissing: 'left out',
          linksFollowedIn: '/work',
        },
      ],
    });
  });

  it('is looser by itself, with a witness that the policy denies', () => {
    for (const entries of [[], [readWrite('/work')], [readOnly('/dev/urandom')]]) {
      const { filesystem } = viewOf({ entries }).coverage;
      expect(filesystem).toMatchObject({ kind: 'looser', gap: 'filesystem/mounts-alone' });
      if (filesystem.kind !== 'looser') return;
      expect(decide(policyOf({ entries }), filesystem.witness).verdict).toBe('deny');
    }
  });

  it('is there for root without user namespaces too', () => {
    expect(viewOf({}, { ...NO_NAMESPACES, privilege: 'root' }).parts.mountView).not.toBeUndefined();
  });

  it('is left out, with a warning, where no mounts can be made', () => {
    const emission = viewOf({ entries: [readOnly('/usr'), scratch('/tmp')] }, NO_NAMESPACES);
    expect(emission.parts).toEqual({});
    expect(emission.artifacts).toEqual([]);
    expect(emission.coverage.filesystem).toEqual({ kind: 'none' });
    expect(emission.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['NC1620', 'warning'],
    ]);
  });

  it("refuses a scratch folder that would then be the host's own", () => {
    const emission = viewOf({ entries: [readWrite('/work'), scratch('/work/tmp')] }, NO_NAMESPACES);
    expect(emission.diagnostics.map(({ code, message }) => [code, message])).toContainEqual([
      'NC1621',
      "scratch folder `/work/tmp` would show the host's own folder, which the grant of `/work` covers",
    ]);
  });
});
