import type { Guardrail } from '../../analysis/guardrails/guardrail.ts';
import type { Proof } from '../../analysis/guardrails/proof.ts';
import { type Reach, reach } from '../../analysis/reach/reach.ts';
import { type Digest, digestOf } from '../../bundle/digest.ts';
import { policyDigest } from '../../ir/canonical.ts';
import { endedGrants } from '../../ir/ended-grants.ts';
import type { Facet } from '../../ir/facet.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Bindings, Input } from '../../resolve/resolved.ts';
import type { Phrase } from '../phrase.ts';
import { type ControlEvidence, type ControlMap, controlEvidence } from './controls.ts';
import { type JudgedPlace, judge, type TargetVerdict } from './coverage.ts';
import type { Chapter } from './facets/chapter.ts';
import { egressChapter } from './facets/egress.ts';
import { filesChapter } from './facets/files.ts';
import { modelsChapter, resourcesChapter } from './facets/others.ts';
import { processChapter } from './facets/process.ts';
import { syscallsChapter } from './facets/syscalls.ts';
import { type AcceptedGap, acceptedGaps } from './gaps.ts';
import { type GuardrailVerdict, guardrailVerdict } from './guardrails.ts';
import { type Caveat, notWithstood } from './not-withstood.ts';
import { timeText } from './permission.ts';
import { fromQuoted, listed, say } from './phrase.ts';
import { type Statement, statementsOf } from './statements.ts';

/** Everything that the document says, before it is rendered. */
export interface AuditDocument {
  readonly name: string;
  readonly description: string | null;
  /** The blueprint as it was named. */
  readonly file: string;
  /** Who answers for the blueprint as a whole. */
  readonly owners: readonly string[];
  /** RFC 3339; null where the document is to carry no date. */
  readonly date: string | null;
  readonly tool: { readonly name: 'nemoclaw'; readonly version: string };
  /** Digest of the meaning; null where the patterns are too intricate for one. */
  readonly policy: Digest | null;
  readonly place: Place;
  readonly inputs: readonly { readonly name: string; readonly digest: Digest }[];
  /** Why no agent is started under the blueprint any more; null where one is. */
  readonly notStarted: Phrase | null;
  readonly reach: Reach;
  readonly statements: readonly Statement[];
  readonly chapters: readonly Chapter[];
  readonly targets: readonly TargetVerdict[];
  readonly gaps: readonly AcceptedGap[];
  readonly guardrails: { readonly source: string; readonly verdicts: readonly GuardrailVerdict[] };
  readonly notWithstood: readonly Caveat[];
  readonly controls: Omit<ControlMap, 'controls'> & { readonly controls: readonly ControlEvidence[] };
}

/** Whose folders the document speaks of, and what its variables stand for. */
export interface Place {
  readonly name: string;
  readonly workdir: string;
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface DocumentInputs {
  /** Of nemoclaw. */
  readonly version: string;
  readonly policy: Policy;
  readonly file: string;
  readonly description: string | null;
  readonly owners: readonly string[];
  readonly inputs: readonly Input[];
  readonly placeName: string;
  readonly bindings: Bindings;
  readonly targets: readonly JudgedPlace[];
  readonly guardrails: {
    readonly source: string;
    readonly proofs: readonly { readonly guardrail: Guardrail; readonly proof: Proof }[];
  };
  readonly controls: ControlMap;
  /** Milliseconds since 1970 UTC at which grants are judged to have ended. */
  readonly now: number;
  readonly dated: boolean;
}

/** Puts the document together. Pure: equal inputs give an equal document. */
export function auditDocument(from: DocumentInputs): AuditDocument {
  const { policy, bindings, now } = from;
  const found = reach(policy, now);
  const targets = from.targets.map((target) => judge(policy, target, bindings, from.inputs));
  const verdicts = from.guardrails.proofs.map(({ guardrail, proof }) => guardrailVerdict(guardrail, proof));
  const statements = statementsOf({
    policy,
    owners: from.owners,
    reach: found,
    targets,
    guardrails: verdicts,
  });
  const { controls, ...mapping } = from.controls;
  return {
    name: policy.name,
    description: from.description,
    file: from.file,
    owners: from.owners,
    date: from.dated ? timeText(now) : null,
    tool: { name: 'nemoclaw', version: from.version },
    policy: policyDigest(policy).value,
    place: {
      name: from.placeName,
      workdir: bindings.workdir,
      home: bindings.home,
      variables: bindings.variables,
    },
    inputs: from.inputs.map((input) => ({ name: input.name, digest: digestOf(input.bytes) })),
    notStarted: notStarted(policy, now),
    reach: found,
    statements,
    chapters: chaptersOf(found, targets, now),
    targets,
    gaps: acceptedGaps(policy, targets, now),
    guardrails: { source: from.guardrails.source, verdicts },
    notWithstood: notWithstood(found),
    controls: { ...mapping, controls: controls.map((one) => controlEvidence(one, statements)) },
  };
}

const MOST_ENDED = 8;

/** Nothing is started with a grant that has ended, but for those of the network, which end by themselves. */
function notStarted(policy: Policy, now: number): Phrase | null {
  const ended = endedGrants(policy, now);
  if (ended.length === 0) return null;
  const why = listed(
    ended.map(({ message }) => fromQuoted(message)),
    MOST_ENDED,
  );
  return say`No agent is started under this blueprint any more: ${why}. What follows is what it would grant without that.`;
}

function chaptersOf(found: Reach, targets: readonly TargetVerdict[], now: number): Chapter[] {
  const inside = found.models.routes
    .filter(({ place }) => place === 'inside')
    .map(({ endpoint }) => endpoint);
  const chapters: { readonly [F in Facet]: Chapter } = {
    filesystem: filesChapter(found.files, found.syscalls.ownerFiles, now),
    egress: egressChapter(found.egress, found.credentials, inside, now),
    inference: modelsChapter(found.models, now),
    syscalls: syscallsChapter(found.syscalls, now),
    process: processChapter(found, targets, now),
    resources: resourcesChapter(found.resources, now),
  };
  return Object.values(chapters);
}
