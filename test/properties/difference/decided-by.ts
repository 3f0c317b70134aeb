import { canonicalForm } from '../../../compiler/domain/diagram/canonical.ts';
import { type Diagram, evaluate, isPoint } from '../../../compiler/domain/diagram/diagram.ts';
import type { Value } from '../../../compiler/domain/diagram/dimension.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { decideEgress } from '../../../compiler/ir/decide/egress.ts';
import type { Decision } from '../../../compiler/ir/decision.ts';
import type { EgressPolicy } from '../../../compiler/ir/egress.ts';
import { queryKeyOf } from '../../../compiler/ir/egress-boxes.ts';
import {
  type EgressConnection,
  type EgressRequest,
  egressConnection,
  egressRequest,
} from '../../../compiler/ir/egress-connection.ts';
import { ALLOWED, DENIED, EgressDecider } from '../../../compiler/ir/egress-decider.ts';
import { ALLOW, egressDiagram } from '../../../compiler/ir/egress-diagram.ts';
import { EgressIndex } from '../../../compiler/ir/egress-index.ts';
import { OPERATION_SIDES } from '../../../compiler/ir/operation-boxes.ts';
import type { OperationText } from '../../../compiler/ir/operation-parts.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { seenIndex } from '../../../compiler/ir/seen.ts';
import { egressOf, type PlainEntry } from '../../support/plain-egress.ts';
import { policyOf } from '../../support/policies.ts';
import { type NaiveAttempt, naiveAttempt, naiveDecide } from './naive-egress.ts';

export type Verdict = 'allow' | 'deny';

/** A failing case, to be repeated by its seed. */
export class Disagreement extends Error {
  constructor(seed: number, facts: object) {
    super(
      `seed ${seed}: ${JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? `${value}` : value))}`,
    );
  }
}

/** An access as each side reads it; null where it does not exist. */
export interface Asked {
  readonly access: EgressAccess;
  readonly tried: NaiveAttempt | null;
  readonly connection: EgressConnection | null;
  /** Also null where there is no request. */
  readonly request: EgressRequest | null;
}

export function asked(access: EgressAccess): Asked {
  return {
    access,
    tried: naiveAttempt(access),
    connection: egressConnection(access),
    request: access.http && egressRequest(access.http, access.at),
  };
}

/** One policy with everything that decides about it. */
export class DecidedBy {
  readonly plain: readonly PlainEntry[];
  readonly egress: EgressPolicy;
  readonly policy: Policy;
  readonly form: string;
  readonly #diagram: Diagram;
  readonly #decider: EgressDecider;
  readonly #index: EgressIndex;
  readonly #seed: number;

  constructor(plain: readonly PlainEntry[], seed: number) {
    this.plain = plain;
    this.egress = egressOf(plain);
    this.policy = policyOf({ egress: this.egress.entries });
    const built = egressDiagram(this.egress);
    if (!built.ok) throw new Error(`over budget in ${built.dimension}`);
    this.#diagram = built.diagram;
    this.form = new TextDecoder().decode(canonicalForm(built.diagram));
    this.#decider = new EgressDecider(built.diagram);
    this.#index = new EgressIndex(this.egress);
    this.#seed = seed;
  }

  /** The verdict on which all agree; the diagram is asked where the address is known. */
  verdict(question: Asked): Verdict {
    const { access, tried } = question;
    const decided = decideEgress(this.egress, access);
    const naive = naiveDecide(this.plain, tried);
    const isResolved = tried?.address !== null;
    const diagram = isResolved ? this.#evaluated(question) : naive;
    const decider = isResolved ? this.#decided(question) : naive;
    const indexed = this.#index.decide(access);
    const { verdict } = decided;
    const isAgreed = [naive, diagram, decider].every((other) => other === verdict);
    if (isAgreed && isSameDecision(indexed, decided)) return verdict;
    const said = { decided, naive, diagram, decider, indexed };
    throw new Disagreement(this.#seed, { policy: this.plain, access, ...said });
  }

  #evaluated(question: Asked): Verdict | 'not a point' {
    const { request } = question;
    if (request !== null && request.alternative !== null) {
      const other = { ...request, path: request.alternative, alternative: null };
      const asOther = this.#evaluated({ ...question, request: other });
      if (asOther !== 'allow') return asOther;
    }
    const points = pointsOf(this.#diagram, question);
    if (points.some((point) => !isPoint(this.#diagram, point))) return 'not a point';
    const isAllowed = points.length > 0 && points.every((point) => evaluate(this.#diagram, point) === ALLOW);
    return isAllowed ? 'allow' : 'deny';
  }

  #decided({ access, connection, request }: Asked): Verdict | 'not as the connection was' {
    if (connection === null || (access.http !== null && request === null)) return 'deny';
    const handle = this.#decider.connect(connection);
    const isAllowed =
      request === null ? this.#decider.stream(handle, access.at) : this.#decider.request(handle, request);
    const isKept = handle === ALLOWED ? isAllowed : handle !== DENIED || !isAllowed;
    if (!isKept) return 'not as the connection was';
    return isAllowed ? 'allow' : 'deny';
  }
}

/** The same grant and the same reason, too. */
function isSameDecision(one: Decision, other: Decision): boolean {
  return (
    one.verdict === other.verdict &&
    one.by === other.by &&
    (one.verdict === 'allow' || other.verdict === 'allow' || one.why === other.why)
  );
}

/** One for each part of what is asked; none where the access does not exist. */
function pointsOf(diagram: Diagram, { access, connection, request }: Asked): Value[][] {
  if (connection === null || (access.http !== null && request === null)) return [];
  const known: Record<string, Value> = {
    host: connection.host,
    port: connection.port,
    binary: connection.binary,
    digest: connection.sha256,
    address: connection.address,
    method: request?.method ?? 0,
    path: request?.path ?? '/',
    time: access.at,
  };
  const sides: Readonly<Record<string, OperationText>> = OPERATION_SIDES;
  return (request?.parts ?? [null]).map((part) =>
    diagram.dimensions.map(({ name }) => {
      if (name === 'visibility') return part?.tag ?? seenIndex('opaque');
      const side = sides[name];
      // A side of an operation of another kind: whatever stands there must not matter.
      if (side !== undefined) return part?.[side] || (side === 'field' ? 'anything' : '');
      return known[name] ?? request?.query.get(queryKeyOf(name)!) ?? '';
    }),
  );
}
