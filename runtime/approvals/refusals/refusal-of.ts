import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { describeAccess } from '../../../compiler/ir/access-words.ts';
import { recordedEgress } from '../../../compiler/ir/audit-event/recorded-access.ts';
import type { Decision } from '../../../compiler/ir/decision.ts';
import type { EgressEntry, InnerProtocol } from '../../../compiler/ir/egress.ts';
import { egressReasons } from '../../../compiler/ir/explain-decision/egress.ts';
import type { Operations } from '../../../compiler/ir/operation.ts';
import { operationsWords } from '../../../compiler/ir/operation-words.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import type { Refusal } from '../../egress/refusal.ts';
import type { Scheme } from '../../egress/surroundings.ts';
import type { Joined } from '../requests/pending-requests.ts';
import { type Answer, LONGEST_BECAUSE, type NearestEntry } from '../requests/request.ts';

export type Denial = Extract<Decision<WrittenPlace>, { readonly verdict: 'deny' }>;

/** Why an access is refused, without a secret of the access in it. */
export interface RefusalReasons {
  /** One phrase that starts in lower case and ends without a full stop: what differs first, by the compiler's own meaning. */
  readonly because: string;
  /** The entry that comes nearest, by how much of it fits; null where none speaks of the host. */
  readonly nearest: NearestEntry | null;
  /** The protocol by which that entry reads what requests ask for; null where it reads none. */
  readonly protocol: InnerProtocol | null;
}

/**
 * Finds the entry that comes nearest to allowing an access, and what about it does not fit.
 *
 * @param entries those that speak of the host, as `EgressIndex.entriesFor` gives them; their number is the cost
 * @param access as it was decided, with nothing masked
 */
export function reasonsOf(
  entries: readonly EgressEntry<WrittenPlace>[],
  access: EgressAccess,
  decision: Denial,
): RefusalReasons {
  if (decision.why === 'invalid-access') {
    return { because: 'it could be read as more than one thing, or as none', nearest: null, protocol: null };
  }
  if (entries.length === 0) {
    return {
      because: `no entry of the blueprint names \`${recordedEgress(access).host}\``,
      nearest: null,
      protocol: null,
    };
  }
  const { because, nearest } = egressReasons({ entries: fewOf(entries, decision) }, access, decision);
  const grant = nearest?.grant ?? decision.by;
  const visibility = entries.find((entry) => entry.grant === grant)?.visibility ?? 'http';
  return {
    because: withoutSecrets(because, access).slice(0, LONGEST_BECAUSE),
    nearest:
      grant === null
        ? null
        : {
            id: grant.id,
            file: grant.origin.file,
            line: grant.origin.line,
            column: grant.origin.column,
          },
    protocol: access.http === null || visibility === 'http' || visibility === 'opaque' ? null : visibility,
  };
}

/** Comparing takes some microseconds an entry, and the gateway waits for it; the entry that decided is always among them. */
const MOST_COMPARED = 50;

function fewOf(
  entries: readonly EgressEntry<WrittenPlace>[],
  { by }: Denial,
): readonly EgressEntry<WrittenPlace>[] {
  if (entries.length <= MOST_COMPARED) return entries;
  const few = entries.slice(0, MOST_COMPARED);
  const deciding = entries.find(({ grant }) => grant === by);
  return deciding === undefined || few.includes(deciding) ? few : [deciding, ...few];
}

/**
 * What the program and the person behind it are told.
 *
 * @param scheme how a request was to be sent, where that is known
 * @param joined the request that the refusal made or joined; null where there is none
 */
export function refusalOf(
  decision: Denial,
  access: EgressAccess,
  reasons: RefusalReasons,
  joined: Joined | null,
  scheme: Scheme | null = null,
): Refusal {
  const what = describeAccess({ ...recordedEgress(access), at: 0, sha256: null }, scheme);
  const denied = joined?.answer?.kind === 'denied' ? `; ${denialWords(joined.answer)}` : '';
  return {
    status: decision.why === 'invalid-access' ? 400 : 403,
    why: decision.why,
    message: `it may not ${what}: ${reasons.because}${denied}`,
    request: joined?.id ?? null,
    nearest: reasons.nearest?.id ?? null,
    next: nextStep(decision, joined),
  };
}

function denialWords({ by, at, reason }: Answer & { readonly kind: 'denied' }): string {
  return `${by} denied the request on ${new Date(at).toISOString()}: ${reason}`;
}

const IN_LOG = '`nemoclaw logs --denied` shows it';

function nextStep({ why }: Denial, joined: Joined | null): string {
  if (why === 'invalid-access') return `send it in one plain spelling; ${IN_LOG}`;
  if (joined === null) return `too many requests wait already, so none was made of it; ${IN_LOG}`;
  const { id, answer } = joined;
  switch (answer?.kind) {
    case 'denied':
      return `nemoclaw egress show ${id}`;
    case 'proposed':
      return `it is asked for already: ${answer.where}`;
    default:
      return `see it: nemoclaw egress show ${id}; ask for it: nemoclaw egress propose ${id}`;
  }
}

/** What a request asks for inside, as the explanation of a decision quotes it. */
function saidInside(operations: Operations): string {
  return operationsWords(operations)
    .trim()
    .replace(/^with /, '');
}

/** Words that quote what was asked for quote it as it is written down. */
function withoutSecrets(text: string, access: EgressAccess): string {
  const { http } = recordedEgress(access);
  if (access.http === null || http === null) return text;
  const asked = saidInside(access.http.operations);
  const said = asked === '' ? text : text.replaceAll(asked, saidInside(http.operations));
  const masked = http.path === access.http.path ? said : said.replaceAll(access.http.path, http.path);
  return http.method === access.http.method ? masked : masked.replaceAll(access.http.method, http.method);
}
