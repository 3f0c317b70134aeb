import { isDeepStrictEqual } from 'node:util';
import {
  lintSyscallAllowedAlready,
  lintSyscallDeniedAlready,
} from '../../../diagnostics/catalog/lint/redundant.ts';
import { canonicalSyscalls } from '../../../ir/canonical/syscalls.ts';
import { lower } from '../../../ir/lower.ts';
import type { Resolved, Sourced } from '../../../resolve/resolved.ts';
import { doubtAbout } from '../certainty.ts';
import { type Finding, finding, removal } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

type Item = Resolved['syscalls'][number]['item'];

/** More rules than a person reads; each costs one more policy. */
const MOST_TRIALS = 200;

/** Rules for system calls that change nothing. What a refused call returns is no part of the meaning, so it is spared. */
export function idleSyscalls(subject: Subject): Finding[] {
  let kept: readonly Sourced<Item>[] = subject.resolved.syscalls;
  const own = kept.filter(({ item }) => isOwn(subject, item.name.span)).slice(0, MOST_TRIALS);
  if (own.length === 0) return [];
  const whole = meaningWith(subject, kept);
  const found: Finding[] = [];
  for (const sourced of own.reverse()) {
    const { item } = sourced;
    if (item.errno !== null) continue;
    const others = kept.filter((other) => other !== sourced);
    if (whole === null || !isDeepStrictEqual(meaningWith(subject, others), whole)) continue;
    kept = others;
    const { span, value: name } = item.name;
    found.push(
      item.mode === 'allow'
        ? finding(
            lintSyscallAllowedAlready,
            span,
            { name },
            { fix: removal(span), doubt: doubtAbout(subject, [], item.grant) },
          )
        : finding(lintSyscallDeniedAlready, span, { name }),
    );
  }
  return found;
}

/** Null where the agent could not even be started. */
function meaningWith({ resolved, bindings }: Subject, syscalls: readonly Sourced<Item>[]): unknown {
  const alone = { ...resolved, syscalls, network: [], routes: [] };
  const { policy } = lower(alone, bindings);
  return policy === null ? null : canonicalSyscalls(policy.syscalls);
}
