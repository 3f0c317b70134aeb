import type { ReadOutcome } from '../../compiler/source/source-reader.ts';
import { policyKind } from './policy-kind.ts';

/** What a file is on one side of a comparison. */
export type SideKind = ReturnType<typeof policyKind> | 'unreadable' | 'absent';

export function kindOf(path: string | null, outcome: ReadOutcome | null): SideKind {
  if (path === null || outcome === null) return 'absent';
  return outcome.ok ? policyKind(path, outcome.bytes) : 'unreadable';
}

/** Why a file is not compared by itself, in words. */
export function whyNot(kinds: readonly SideKind[], ...outcomes: readonly (ReadOutcome | null)[]): string {
  if (kinds.includes('part')) return 'a part, which counts where a policy extends it';
  if (kinds.includes('guardrails'))
    return 'guardrails, which grant nothing; whoever owns them reviews their text';
  if (kinds.includes('tests')) return 'tests of policies, which grant nothing';
  const unread = outcomes.find((one) => one !== null && !one.ok);
  return unread !== undefined && unread !== null && !unread.ok
    ? `it cannot be read: ${unread.detail}`
    : 'no policy';
}
