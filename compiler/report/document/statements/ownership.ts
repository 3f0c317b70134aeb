import type { Phrase } from '../../phrase.ts';
import { counted, listed, say, words } from '../phrase.ts';
import type { Evidence, Statement, StatementState } from '../statements.ts';
import { grantsIn } from './grants.ts';

/** What is stated of who answers for the blueprint, of its proofs and of its enforcement. */
export function ownershipStatements(evidence: Evidence): Statement[] {
  return [
    ownersNamed(evidence),
    permissionsEnd(evidence),
    {
      id: 'origin-of-permissions',
      title: 'Every permission can be traced to a line',
      state: 'holds',
      text: say`each of ${counted(grantsIn(evidence.reach).length, 'permission')} below has its file, line and column, and how that file came in`,
    },
    {
      id: 'equal-input-equal-output',
      title: 'The same blueprint gives the same rules everywhere',
      state: 'holds',
      text: words(
        'the same inputs compile to the same bytes; the digests below name the inputs and the meaning',
      ),
    },
    guardrailsKept(evidence),
    enforcedOnTargets(evidence),
    noAcceptedGaps(evidence),
  ];
}

function share(count: number, total: number): StatementState {
  if (count === total) return 'holds';
  return count === 0 ? 'fails' : 'partly';
}

function ownersNamed({ reach, owners }: Evidence): Statement {
  const grants = grantsIn(reach);
  const owned = grants.filter(({ approval }) => (approval?.owner ?? null) !== null).length;
  return {
    id: 'owners-named',
    title: 'Somebody answers for every permission',
    state: share(owned, grants.length),
    text: say`${owned} of ${counted(grants.length, 'permission')} name an owner of their own; for the blueprint as a whole ${
      owners.length === 0 ? words('nobody is named') : say`${listed(owners)} is named`
    }`,
  };
}

function permissionsEnd({ reach }: Evidence): Statement {
  const grants = grantsIn(reach);
  const ending = grants.filter(({ approval }) => (approval?.expiresAt ?? null) !== null).length;
  return {
    id: 'permissions-end',
    title: 'Permissions end by themselves',
    state: share(ending, grants.length),
    text: say`${ending} of ${counted(grants.length, 'permission')} have an end`,
  };
}

function guardrailsKept({ guardrails }: Evidence): Statement {
  const open = guardrails.filter(({ outcome }) => outcome !== 'proved');
  const names = listed(open.map(({ name }) => name));
  const kept = guardrails.length - open.length;
  const figures = say`${kept} of ${counted(guardrails.length, 'guardrail')} proved for every access there is`;
  return {
    id: 'guardrails-kept',
    title: "The organisation's guardrails are kept",
    state: share(kept, guardrails.length),
    text: open.length === 0 ? figures : say`${figures}; not kept: ${names}`,
  };
}

function enforcedOnTargets({ targets }: Evidence): Statement {
  const enforced = targets.filter((target) => target.enforced);
  const refused = targets.filter((target) => !target.enforced);
  const yes: Phrase = say`enforced on ${listed(enforced.map(({ name }) => name))}`;
  const no: Phrase = say`refused on ${listed(refused.map(({ name }) => name))}, where nothing is written or started`;
  return {
    id: 'enforced-on-targets',
    title: 'The targets enforce it',
    state: share(enforced.length, targets.length),
    text: refused.length === 0 ? yes : enforced.length === 0 ? no : say`${yes}; ${no}`,
  };
}

function noAcceptedGaps({ policy, targets }: Evidence): Statement {
  const gaps = new Set([
    ...policy.waivers.map(({ gap }) => gap),
    ...targets.flatMap(({ facets }) =>
      facets.flatMap(({ gap, accepted }) => (accepted && gap !== null ? [gap] : [])),
    ),
  ]);
  return {
    id: 'no-accepted-gaps',
    title: 'No gap in the enforcement is accepted',
    state: gaps.size === 0 ? 'holds' : 'partly',
    text: gaps.size === 0 ? words('none is') : say`accepted by name: ${listed([...gaps])}`,
  };
}
