import type { Access } from '../access.ts';
import { describeAccess } from '../access-words.ts';
import { decide } from '../decide.ts';
import type { Decision } from '../decision.ts';
import type { Asked } from '../lower/access.ts';
import type { Policy } from '../policy.ts';
import { egressReasons } from './egress.ts';
import type { Explanation, Reasons } from './explanation.ts';
import { fileReasons } from './filesystem.ts';
import { identityReasons, inferenceReasons, resourceReasons } from './plain-facets.ts';
import { syscallReasons } from './syscalls.ts';

/** What `decide` says of one access, and why. */
export function explainDecision(policy: Policy, access: Access): Explanation {
  return explain(policy, access, decide(policy, access), describeAccess(access));
}

/** The same for what a person asked, which is allowed when each of its accesses is. */
export function explainAsked(policy: Policy, { accesses, words }: Asked): Explanation {
  const decided = accesses.map((access) => ({ access, decision: decide(policy, access) }));
  const deciding = decided.find(({ decision }) => decision.verdict === 'deny') ?? decided.at(-1)!;
  return explain(policy, deciding.access, deciding.decision, words);
}

function explain(policy: Policy, access: Access, decision: Decision, words: string): Explanation {
  return { words, access, decision, ...reasonsFor(policy, access, decision) };
}

function reasonsFor(policy: Policy, access: Access, decision: Decision): Reasons {
  if (decision.verdict === 'deny' && decision.why === 'invalid-access') {
    return { because: 'no program can make such an access', nearest: null, next: null };
  }
  switch (access.facet) {
    case 'filesystem':
      return fileReasons(policy.filesystem, access, decision);
    case 'syscalls':
      return syscallReasons(policy.syscalls, access, decision);
    case 'process':
      return identityReasons(policy.process, access, decision);
    case 'egress':
      return egressReasons(policy.egress, access, decision);
    case 'inference':
      return inferenceReasons(policy.inference, access, decision);
    case 'resources':
      return resourceReasons(policy.resources, access, decision);
  }
}
