import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { combineCoverage } from '../../compiler/backends/gate.ts';
import type { Target } from '../../compiler/backends/target.ts';
import { emitAll } from '../../compiler/bundle/emit-all.ts';
import { probePlan } from '../../compiler/bundle/probe-plan.ts';
import { parseAccessedPath } from '../../compiler/domain/path.ts';
import { SYSCALLS } from '../../compiler/domain/syscalls/table.ts';
import { decide } from '../../compiler/ir/decide.ts';
import { entryAbove } from '../../compiler/ir/path-lookup.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { hostNeeds } from '../support/host.ts';
import {
  builtPrograms,
  copyOfProbe,
  hostArch,
  hostTarget,
  probeProgram,
  sandboxes,
  tryInside,
  workFolder,
} from '../support/kernel.ts';
import { policyOf } from '../support/policy.ts';
import {
  FOLDERS,
  makeTree,
  type Random,
  randomFrom,
  randomPaths,
  refill,
  type Trial,
  trialIn,
} from './random-tree.ts';

/** How many attempts, each a process of its own in a sandbox of its own. */
const PROBES = Number(process.env.NEMOCLAW_PROBES ?? 0) || 2400;
const PROBES_A_POLICY = 24;
const SEED = Number(process.env.NEMOCLAW_SEED ?? 0) || 20_261_123;
const AT_ONCE = 12;
const EPERM = 1;

const work = workFolder();
afterAll(() => rmSync(work, { recursive: true, force: true }));

function blueprint(sections: Record<string, unknown>): string {
  return JSON.stringify({
    apiVersion: 'nemoclaw.dev/v1',
    kind: 'Blueprint',
    metadata: { name: 'conformance' },
    ...sections,
  });
}

/** The random policy with a working folder beside the tree, and what must be there for the probe to run at all. */
function randomPolicy(root: string, workdir: string, random: Random): Policy {
  const paths = randomPaths(root, random);
  return policyOf(
    blueprint({
      filesystem_policy: { ...paths, read_only: [...(paths.read_only ?? []), workdir] },
      // The profile makes only files and pipes with this call; here the file facet is asked, for devices too.
      syscalls: { allow: ['mknodat'], deny: randomDenials(random) },
    }),
    { workdir },
  );
}

const DENIABLE = [
  'getpid',
  'getuid',
  'uname',
  'getcwd',
  'sysinfo',
  'getppid',
  'umask',
  'getpriority',
] as const;

function randomDenials(random: Random): unknown[] {
  const plain = DENIABLE.filter(() => random(3) === 0);
  const conditional = { name: 'getpriority', when: [{ arg: random(2), equals: random(4) }] };
  return [...plain, conditional];
}

/** A call without consequences, with small arguments. */
function syscallTrial(random: Random): {
  access: { facet: 'syscalls'; name: string; args: bigint[] };
  attempt: string[];
} {
  const name = DENIABLE[random(DENIABLE.length)]!;
  const args = [BigInt(random(4)), BigInt(random(4))];
  const number = SYSCALLS.get(name)![hostArch]!;
  return {
    access: { facet: 'syscalls', name, args },
    attempt: ['call', String(number), ...args.map(String)],
  };
}

/** Scratch folders begin empty, so there only making things right in them says something. */
function isMeaningful(policy: Policy, { access }: Trial): boolean {
  const path = parseAccessedPath(access.path);
  const entry = path.ok ? entryAbove(policy.filesystem.entries, path.path) : null;
  return entry?.source !== 'scratch' || (access.right.startsWith('make_') && access.path === entry.path);
}

describe('the kernel answers as decide does', () => {
  test(`${PROBES} attempts under random policies`, { timeout: 30_000 + PROBES * 100 }, async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const target = hostTarget();
    const random = randomFrom(SEED);
    const mismatches: string[] = [];
    let done = 0;
    while (done < PROBES) {
      const batch = Array.from({ length: AT_ONCE }, (_, lane) =>
        probeOnePolicy(lane, target, random, mismatches),
      );
      done += (await Promise.all(batch)).reduce((sum, count) => sum + count, 0);
    }
    expect(mismatches).toEqual([]);
    expect(done).toBeGreaterThanOrEqual(PROBES);
  });
});

async function probeOnePolicy(
  lane: number,
  target: Target,
  random: Random,
  mismatches: string[],
): Promise<number> {
  const root = join(work, `tree-${lane}`);
  const workdir = join(work, `workdir-${lane}`);
  rmSync(root, { recursive: true, force: true });
  makeTree(root, probeProgram.path);
  mkdirSync(workdir, { recursive: true });
  const policy = randomPolicy(root, workdir, random);
  const { filesystem } = combineCoverage(emitAll(policy, target).emissions);
  // Where the backends say that they refuse more than they should, only that direction may be wrong.
  const mayRefuseMore = filesystem.kind === 'stricter';
  if (!mayRefuseMore) expect(filesystem).toEqual({ kind: 'exact' });
  const probe = copyOfProbe(workdir);
  const plan = probePlan(policy, target, probe);
  const trials = drawTrials(root, policy, random);
  for (const { access, attempt, folder } of trials) {
    const expected = decide(policy, access).verdict;
    const code = await tryInside(plan, probe, attempt);
    const isAllowed = access.facet === 'syscalls' ? code !== EPERM : code === 0;
    if (isAllowed !== (expected === 'allow') && !(mayRefuseMore && !isAllowed)) {
      const entries = policy.filesystem.entries.map(({ path, source, rights }) => [path, source, rights]);
      mismatches.push(
        `${attempt.join(' ')}: decide says ${expected}, the kernel ${code}; ${JSON.stringify(entries)}`,
      );
    }
    if (folder !== null) refill(join(root, folder), probeProgram.path);
  }
  return trials.length;
}

type Drawn = { access: Parameters<typeof decide>[1]; attempt: readonly string[]; folder: string | null };

function drawTrials(root: string, policy: Policy, random: Random): Drawn[] {
  const drawn: Drawn[] = [];
  while (drawn.length < PROBES_A_POLICY) {
    if (random(6) === 0) {
      drawn.push({ ...syscallTrial(random), folder: null });
      continue;
    }
    const folder = FOLDERS[random(FOLDERS.length)]!;
    const trial = trialIn(root, folder, random);
    if (isMeaningful(policy, trial)) drawn.push({ ...trial, folder });
  }
  return drawn;
}
