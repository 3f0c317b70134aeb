import type { EntryKind, GrantWord } from '../../frontend/guardrails/guardrails.ts';
import { type FilesystemPolicy, NO_RIGHTS, type PathEntry, rightBit } from '../../ir/filesystem.ts';
import type { Approval, Grant } from '../../ir/origin.ts';
import type { Policy } from '../../ir/policy.ts';
import { difference } from '../difference/difference.ts';
import type { GrantRequirement } from './guardrail.ts';
import { brokenBy, type Counterexample, PROVED, type Proof } from './proof.ts';

const DAY = 86_400_000;

export function proveLandlock({ filesystem }: Policy): Proof {
  if (filesystem.landlock === 'hard_requirement') return PROVED;
  const words = 'on a kernel that lacks a part of Landlock the agent starts all the same';
  return brokenBy([{ access: null, words, origin: filesystem.landlockGrant.origin }]);
}

/** Residency counts only where models can be called at all. */
export function proveResidency({ inference, origin }: Policy, regions: readonly string[]): Proof {
  const { residency, routes } = inference;
  if (routes.length === 0 || residency.kind === 'none') return PROVED;
  const others =
    residency.kind === 'only' ? residency.of.filter((region) => !regions.includes(region)) : null;
  if (others?.length === 0) return PROVED;
  const where = others === null ? 'anywhere' : `in ${others.join(', ')}`;
  return brokenBy([
    { access: null, words: `models may be called ${where}`, origin: routes[0]?.grant.origin ?? origin },
  ]);
}

/** Whether every entry that is meant says what it must. */
export function proveGrants(policy: Policy, required: GrantRequirement, now: number): Proof {
  const meant = new Set(required.of.flatMap((kind) => GRANTS_OF[kind](policy)));
  return brokenBy(
    [...meant].flatMap((grant): Counterexample[] => {
      // The first is the blueprint itself, which may be called anything.
      if (grant.origin.trail.slice(1).some((part) => required.outside.includes(withoutAccess(part))))
        return [];
      const fault = faultOf(grant.approval, required, now);
      return fault === null
        ? []
        : [{ access: null, words: `\`${grant.id}\` ${fault}`, origin: grant.origin }];
    }),
  );
}

/** A trail names the access level, too: `preset:github@read-only`. */
function withoutAccess(part: string): string {
  return part.replace(/@.*$/, '');
}

function faultOf(
  approval: Approval | null,
  { say, withinDays }: GrantRequirement,
  now: number,
): string | null {
  const missing = say.filter((word) => isBlank(approval === null ? null : SAID[word](approval)));
  if (missing.length > 0) return `does not say ${missing.map((word) => `\`${word}\``).join(' and ')}`;
  const expiresAt = approval?.expiresAt ?? null;
  if (withinDays === null || expiresAt === null || expiresAt - now <= withinDays * DAY) return null;
  return `ends in ${Math.ceil((expiresAt - now) / DAY)} days, and may last ${withinDays}`;
}

function isBlank(said: string | number | null): boolean {
  return said === null || String(said).trim() === '';
}

const SAID: Record<GrantWord, (approval: Approval) => string | number | null> = {
  owner: ({ owner }) => owner,
  reason: ({ reason }) => reason,
  ticket: ({ ticket }) => ticket,
  approved_by: ({ approvedBy }) => approvedBy,
  expires: ({ expiresAt }) => expiresAt,
};

const GRANTS_OF: Record<EntryKind, (policy: Policy) => readonly Grant[]> = {
  egress: ({ egress }) => egress.entries.map(({ grant }) => grant),
  wildcard_hosts: ({ egress }) =>
    egress.entries.filter(({ host }) => host.kind === 'wildcard').map(({ grant }) => grant),
  uninspected: ({ egress }) =>
    egress.entries.filter(({ visibility }) => visibility === 'opaque').map(({ grant }) => grant),
  paths: ({ filesystem }) =>
    writtenPaths(filesystem)
      .filter(({ source }) => source === 'host')
      .map(({ grant }) => grant),
  writable_paths: ({ filesystem }) =>
    writtenPaths(filesystem)
      .filter(({ source, rights }) => source === 'host' && (rights & rightBit('write_file')) !== 0)
      .map(({ grant }) => grant),
  filesystem: ({ filesystem }) =>
    writtenPaths(filesystem)
      .filter(({ rights }) => rights !== NO_RIGHTS)
      .map(({ grant }) => grant),
  environment: ({ process }) =>
    process.environment.filter(({ value }) => value === null).map(({ grant }) => grant),
  process: ({ process }) => process.environment.map(({ grant }) => grant),
  syscalls: ({ syscalls }) =>
    syscalls.entries
      .filter(({ rule, grant }) => rule.effect.kind === 'allow' && !isOfProfile(grant))
      .map(({ grant }) => grant),
  credentials: ({ credentials }) => credentials.map(({ grant }) => grant),
  inference: ({ inference }) => inference.routes.map(({ grant }) => grant),
  resources: ({ resources }) => resources.limits.map(({ grant }) => grant),
  accept: ({ waivers }) => waivers.map(({ grant }) => grant),
};

/** The word of `include_workdir`. It is no path, and has no place for a `grant` of its own. */
const INCLUDED = /^true$/i;

function writtenPaths({ entries, workdir }: FilesystemPolicy): readonly PathEntry[] {
  return entries.filter(({ path, grant }) => {
    const { source, start, end } = grant.origin.span;
    return path !== workdir || !INCLUDED.test(source.text.slice(start, end));
  });
}

/** The rules of a profile come as a whole, and have no place for a `grant` either. */
function isOfProfile({ origin }: Grant): boolean {
  return origin.trail.at(-1)?.startsWith('profile:') ?? false;
}

/** Whether the policy allows nothing that the ceiling denies. */
export function proveMaximum(policy: Policy, ceiling: Policy): Proof {
  const { changes, verdict, unknown } = difference(ceiling, policy);
  const exceeding = changes.filter(({ direction }) => direction === 'widens');
  if (exceeding.length === 0 && verdict === 'inconclusive') {
    return { outcome: 'inconclusive', dimension: unknown ?? 'egress' };
  }
  return brokenBy(
    exceeding.map(({ witness, example, cause }) => ({
      access: witness,
      words: `the ceiling does not let the agent ${example}`,
      origin: cause.grant.origin,
    })),
  );
}
