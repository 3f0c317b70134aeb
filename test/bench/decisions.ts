import type { EgressAccess } from '../../compiler/ir/access.ts';
import { decideEgress } from '../../compiler/ir/decide/egress.ts';
import type { EgressPolicy } from '../../compiler/ir/egress.ts';
import {
  type EgressConnection,
  type EgressRequest,
  egressConnection,
  egressRequest,
} from '../../compiler/ir/egress-connection.ts';
import { type EgressDecider, egressDecider } from '../../compiler/ir/egress-decider.ts';
import { cedarPolicies, cedarRequest } from './algebra/cedar-policies.ts';
import { accessOf, policyOf, type WrittenEntry, writtenEntries } from './algebra/entries.ts';
import { processorTime } from './algebra/timed.ts';
import { type BenchTable, median } from './table.ts';

const COUNTS = [10, 10_000, 100_000];
/** Cedar looks at every policy for every request, and would be asked about a hundred thousand for minutes. */
const MOST_FOR_CEDAR = 10_000;
const ACCESSES = 1_000;
const ROUNDS = 7;
const DECISIONS = 200_000;
const CEDAR_DECISIONS = 30;
const MOST_STATES = 1_000_000_000;

const MOST_RATIO = 5;
const MOST_OF_CEDAR = 0.001;

interface Row {
  readonly count: number;
  /** Nanoseconds. */
  readonly whole: number;
  readonly request: number;
  readonly read: number;
  readonly cedar: number | null;
}

/** Times one decision: a connection and a request on it, by the number of entries, beside Cedar with the same policies. */
export async function benchDecisions(): Promise<BenchTable> {
  const cedar = await import('@cedar-policy/cedar-wasm/nodejs');
  const compared = { answers: 0, unlike: 0 };
  const rows = COUNTS.map((count): Row => {
    const written = writtenEntries(count, 1);
    const egress = policyOf(written);
    const decider = deciderOf(egress);
    const times = timesOf(decider, written);
    if (count > MOST_FOR_CEDAR) return { count, ...times, cedar: null };
    return { count, ...times, cedar: cedarTime(cedar, egress, written, compared) };
  });
  return tableOf(rows, compared);
}

function deciderOf(egress: EgressPolicy): EgressDecider {
  const made = egressDecider(egress, MOST_STATES);
  if (!made.ok) throw new Error(`over budget in ${made.dimension}`);
  return made.decider;
}

interface Asked {
  readonly access: EgressAccess;
  readonly connection: EgressConnection;
  readonly request: EgressRequest;
}

/** Requests that entries are about, all over the policy. */
function askedOf(written: readonly WrittenEntry[]): Asked[] {
  return Array.from({ length: ACCESSES }, (_, at) => {
    const access = accessOf(written[(at * 7919) % written.length]!);
    return {
      access,
      connection: egressConnection(access)!,
      request: egressRequest(access.http!, access.at)!,
    };
  });
}

function timesOf(decider: EgressDecider, written: readonly WrittenEntry[]) {
  const asked = askedOf(written);
  const handles = asked.map(({ connection }) => decider.connect(connection));
  const nanoseconds = (decide: (at: number) => boolean) => {
    let allowed = 0;
    const took = processorTime(() => {
      for (let n = 0; n < DECISIONS; n += 1) if (decide(n % ACCESSES)) allowed += 1;
    });
    if (allowed === 0) throw new Error('nothing was allowed');
    return (took * 1e6) / DECISIONS;
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    whole: nanoseconds((at) => decider.request(decider.connect(asked[at]!.connection), asked[at]!.request)),
    request: nanoseconds((at) => decider.request(handles[at]!, asked[at]!.request)),
    read: nanoseconds((at) => {
      const { access } = asked[at]!;
      const handle = decider.connect(egressConnection(access)!);
      return decider.request(handle, egressRequest(access.http!, access.at)!);
    }),
  }));
  return {
    whole: median(rounds.map(({ whole }) => whole)),
    request: median(rounds.map(({ request }) => request)),
    read: median(rounds.map(({ read }) => read)),
  };
}

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

function cedarTime(
  cedar: Cedar,
  egress: EgressPolicy,
  written: readonly WrittenEntry[],
  compared: { answers: number; unlike: number },
): number {
  const name = `entries ${written.length}`;
  const parsed = cedar.preparsePolicySet(name, { staticPolicies: cedarPolicies(written) });
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '));
  const asked = askedOf(written).map(({ access }) => access);
  const few = asked.slice(0, written.length > 100 ? CEDAR_DECISIONS : ACCESSES);
  const questions = few.map((access) => ({ ...cedarRequest(access), preparsedPolicySetId: name }));
  const decisions: string[] = [];
  const took = processorTime(() => {
    for (const question of questions) {
      const answer = cedar.statefulIsAuthorized(question);
      if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
      decisions.push(answer.response.decision);
    }
  });
  compared.answers += decisions.length;
  compared.unlike += few.filter(
    (access, at) => decideEgress(egress, access).verdict !== decisions[at],
  ).length;
  return (took * 1e6) / decisions.length;
}

function tableOf(rows: readonly Row[], compared: { answers: number; unlike: number }): BenchTable {
  const wholes = rows.map(({ whole }) => whole);
  const spread = Math.max(...wholes) / Math.min(...wholes);
  const besides = rows.findLast(({ cedar }) => cedar !== null)!;
  const part = besides.whole / besides.cedar!;
  return {
    title: `One decision (nanoseconds of processor time; ours medians of ${ROUNDS}, Cedar's means)`,
    columns: [
      'entries',
      'connect and request',
      'request',
      'both, read from text',
      'cedar-wasm',
      'of cedar-wasm',
    ],
    rows: rows.map(({ count, whole, request, read, cedar }) => [
      count,
      ...[whole, request, read].map(Math.round),
      cedar === null ? '-' : Math.round(cedar),
      cedar === null ? '-' : (whole / cedar).toPrecision(2),
    ]),
    verdicts: [
      {
        figure: `connect and request at ${COUNTS.map((count) => count.toLocaleString('en')).join(', ')} entries, the slowest to the soonest`,
        target: `at most ${MOST_RATIO} times`,
        measured: spread.toFixed(1),
        reached: spread <= MOST_RATIO,
      },
      {
        figure: `connect and request, part of cedar-wasm's time at ${besides.count.toLocaleString('en')} entries`,
        target: `at most ${MOST_OF_CEDAR}`,
        measured: part.toPrecision(2),
        reached: part <= MOST_OF_CEDAR,
      },
      {
        figure: 'answers unlike those of cedar-wasm',
        target: 'none',
        measured: `${compared.unlike} of ${compared.answers}`,
        reached: compared.unlike === 0,
      },
    ],
  };
}
