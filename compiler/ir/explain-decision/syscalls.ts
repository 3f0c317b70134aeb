import { decideSyscall, ruleText } from '../../domain/syscalls/filter.ts';
import { groupOfSyscall } from '../../domain/syscalls/groups.ts';
import type { SyscallAccess } from '../access.ts';
import type { Decision } from '../decision.ts';
import { filterOf, type SyscallPolicy } from '../syscalls.ts';
import { listed, quoted, type Reasons } from './explanation.ts';

/** Why a call may be made or not: the rule that held, or the rules about the same call that did not. */
export function syscallReasons(syscalls: SyscallPolicy, access: SyscallAccess, decision: Decision): Reasons {
  const { rule } = decideSyscall(filterOf(syscalls), access);
  if (rule !== null) {
    const because = `the rule \`${ruleText(rule)}\` holds`;
    if (decision.verdict === 'allow') return { because, nearest: null, next: null };
    const ofProfile = decision.by?.id.startsWith('syscalls:profile:') === true;
    const next = ofProfile
      ? `allow \`${access.name}\` by name under \`syscalls.allow\`, which lifts what the profile refuses about it`
      : `take it out of \`syscalls.deny\`, if it may be called`;
    return { because, nearest: null, next };
  }
  const next = `add \`${access.name}\` to \`syscalls.allow\``;
  const others = syscalls.entries.filter(
    ({ rule: { name, effect } }) => name === access.name && effect.kind === 'allow',
  );
  if (others[0] === undefined) {
    const group = groupOfSyscall(access.name);
    const where = group === null ? '' : `; it is in the group \`${group}\``;
    return { because: `no rule allows \`${access.name}\`${where}`, nearest: null, next };
  }
  const texts = listed(quoted(others.map((other) => ruleText(other.rule))));
  return {
    because: `no rule allows \`${access.name}\` with these arguments`,
    nearest: { grant: others[0].grant, matches: ['name'], lacks: [`the arguments do not fit ${texts}`] },
    next: `add it to \`syscalls.allow\` with the arguments that are needed`,
  };
}
