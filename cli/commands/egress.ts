import { basename } from 'node:path';
import {
  allowanceDamaged,
  allowanceDenied,
  allowanceInForce,
} from '../../compiler/diagnostics/catalog/allowances.ts';
import { githubForbidden, githubRefused } from '../../compiler/diagnostics/catalog/github.ts';
import {
  proposalDenied,
  proposalMoreThanAsked,
  proposalPushRefused,
} from '../../compiler/diagnostics/catalog/proposals.ts';
import {
  requestAmbiguous,
  requestDamaged,
  requestNotFound,
  requestOverflow,
  requestWasDenied,
} from '../../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import { readAllowed } from '../../runtime/approvals/allowances/folder.ts';
import { type FolderContent, readRequestFolder } from '../../runtime/approvals/requests/folder.ts';
import { stateOf } from '../../runtime/approvals/requests/request.ts';
import type { StateFolder } from '../../runtime/sandbox/state-folder.ts';
import type {
  EgressArguments,
  EgressDenyArguments,
  EgressListArguments,
  EgressShowArguments,
} from '../arguments/egress.ts';
import type { EgressExpireArguments } from '../arguments/egress-expire.ts';
import type { EgressProposeArguments } from '../arguments/egress-propose.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { stateOpenToOthers } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';
import { type FoundRequest, requestDetails, requestList, requestValue } from '../request-report.ts';
import { findStates, reading } from '../sandbox-state.ts';

/** What a command of requests found out; `result` and `text` count only where no finding is an error. */
interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Shows and answers requests of refused connections. */
export async function egress(chosen: EgressArguments, io: Io): Promise<ExitCode> {
  const { diagnostics, result, text } =
    chosen.action === 'expire' ? await expireThem(chosen, io) : await answerRequests(chosen, io);
  await printOutcome({ command: 'egress', diagnostics, result, text }, chosen.format, io);
  if (!hasErrors(diagnostics)) return EXIT.ok;
  return diagnostics.some(({ code }) => ANSWERS_NO.includes(code)) ? EXIT.no : EXIT.invalid;
}

async function answerRequests(chosen: RequestArguments, io: Io): Promise<Outcome> {
  const all = allRequests(chosen, io);
  if (hasErrors(all.diagnostics)) return { diagnostics: all.diagnostics, result: {}, text: '' };
  const outcome = await outcomeOf(chosen, all.requests, io);
  return { ...outcome, diagnostics: [...all.diagnostics, ...outcome.diagnostics] };
}

/** What was understood by whoever was asked, and refused. */
const ANSWERS_NO: readonly string[] = [
  allowanceDenied,
  proposalDenied,
  proposalMoreThanAsked,
  proposalPushRefused,
  githubForbidden,
  githubRefused,
].map(({ code }) => code);

/** Those that are about requests of sandboxes; the other one is about blueprints. */
type RequestArguments = Exclude<EgressArguments, EgressExpireArguments>;

async function outcomeOf(
  chosen: RequestArguments,
  requests: readonly FoundRequest[],
  io: Io,
): Promise<Outcome> {
  switch (chosen.action) {
    case 'list':
      return list(chosen, requests, io);
    case 'show':
      return show(chosen, requests, io);
    case 'deny':
      return deny(chosen, requests, io);
    case 'propose':
      return proposeThem(chosen, requests, io);
    case 'allow': {
      const found = oneOf(chosen.id, requests);
      if (!found.ok) return { diagnostics: [found.problem], result: {}, text: '' };
      const { allowCommand } = await import('../allowances/allow-command.ts');
      const outcome = await allowCommand(found.found, chosen, io);
      return { ...outcome, diagnostics: [...denialsOf([found.found]), ...outcome.diagnostics] };
    }
  }
}

/** What takes the place of a denial does not do so without a word. */
function denialsOf(found: readonly FoundRequest[]): Diagnostic[] {
  return found.flatMap(({ request: { id }, answer }) => {
    if (answer?.kind !== 'denied') return [];
    const { by, at, reason } = answer;
    return [diagnose(requestWasDenied, null, { id, by, reason, at: new Date(at).toISOString() })];
  });
}

interface AllRequests {
  /** In the order in which they were asked for latest. */
  readonly requests: readonly FoundRequest[];
  readonly diagnostics: readonly Diagnostic[];
}

function allRequests(chosen: RequestArguments, io: Io): AllRequests {
  const found = findStates(chosen, io);
  if (!found.ok) return { requests: [], diagnostics: [found.problem] };
  const each = found.states.map((state) => requestsOf(state, chosen.action === 'list' ? io.now() : null));
  return {
    requests: each.flatMap(({ requests }) => requests).sort((a, b) => a.request.last - b.request.last),
    diagnostics: each.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** @param now to say loudly what is let through at that moment; null to leave that out */
function requestsOf(state: StateFolder, now: number | null): AllRequests {
  const open = stateOpenToOthers(state);
  if (open !== null) return { requests: [], diagnostics: [open] };
  const folder = state.requests;
  const read = reading(folder, () => ({ ok: true, content: readRequestFolder(folder) }) as const);
  if (!read.ok) return { requests: [], diagnostics: [read.problem] };
  const { requests, answers } = read.content;
  return {
    requests: requests.map((request) => ({ request, answer: answers.get(request.id) ?? null, folder })),
    diagnostics: [...findingsOf(read.content, basename(state.root)), ...allowancesOf(state, now)],
  };
}

function findingsOf({ overflow, damaged }: FolderContent, sandbox: string): Diagnostic[] {
  const found = damaged.map((one) => diagnose(requestDamaged, null, one));
  if (overflow !== null) {
    const { count } = overflow;
    const last = new Date(overflow.last).toISOString();
    found.push(diagnose(requestOverflow, null, { sandbox, count, last }));
  }
  return found;
}

function allowancesOf(state: StateFolder, now: number | null): Diagnostic[] {
  if (now === null) return [];
  const folder = state.egressAllowed;
  const read = reading(folder, () => ({ ok: true, ...readAllowed(folder, now) }) as const);
  if (!read.ok) return [read.problem];
  const sandbox = basename(state.root);
  return [
    ...read.damaged.map((one) => diagnose(allowanceDamaged, null, one)),
    ...read.allowances.map(({ request, by, until }) =>
      diagnose(allowanceInForce, null, { request, sandbox, by, until: new Date(until).toISOString() }),
    ),
  ];
}

function list({ all }: EgressListArguments, requests: readonly FoundRequest[], io: Io): Outcome {
  const now = io.now();
  const shown = all ? requests : requests.filter(({ answer }) => stateOf(answer, now) === 'pending');
  const answered = requests.length - shown.length;
  const palette = paletteFor(io.stdout, io);
  const empty = answered === 0 ? 'no request waits\n' : `no request waits; ${answered} answered, see --all\n`;
  return {
    diagnostics: [],
    result: { requests: shown.map((one) => requestValue(one, now)) },
    text: shown.length === 0 ? empty : requestList(shown, now, palette),
  };
}

function show({ id }: EgressShowArguments, requests: readonly FoundRequest[], io: Io): Outcome {
  const found = oneOf(id, requests);
  if (!found.ok) return { diagnostics: [found.problem], result: {}, text: '' };
  const palette = paletteFor(io.stdout, io);
  return {
    diagnostics: [],
    result: requestValue(found.found, io.now()),
    text: requestDetails(found.found, io.now(), palette),
  };
}

/** Answers all of them or, where one is not found, none. */
async function deny(
  { ids, reason }: EgressDenyArguments,
  requests: readonly FoundRequest[],
  io: Io,
): Promise<Outcome> {
  const found = ids.map((id) => oneOf(id, requests));
  const problems = found.flatMap((one) => (one.ok ? [] : [one.problem]));
  if (problems.length > 0) return { diagnostics: problems, result: {}, text: '' };
  const { denyCommand } = await import('../allowances/deny-command.ts');
  return denyCommand(
    found.flatMap((one) => (one.ok ? [one.found] : [])),
    reason,
    io,
  );
}

/** Proposes all of them or, where one is not found, none. */
async function proposeThem(
  chosen: EgressProposeArguments,
  requests: readonly FoundRequest[],
  io: Io,
): Promise<Outcome> {
  const found = chosen.ids.map((id) => oneOf(id, requests));
  const problems = found.flatMap((one) => (one.ok ? [] : [one.problem]));
  if (problems.length > 0) return { diagnostics: problems, result: {}, text: '' };
  const each = new Map(found.flatMap((one) => (one.ok ? [[one.found.request.id, one.found] as const] : [])));
  const { propose } = await import('../proposals/propose.ts');
  const { proposedText, proposedValue } = await import('../proposals/print.ts');
  const step = await propose([...each.values()], chosen, io);
  if (!step.ok) return { diagnostics: step.problems, result: {}, text: '' };
  const { proposed, notes } = step;
  return {
    diagnostics: [...denialsOf([...each.values()]), ...notes],
    result: { proposal: proposedValue(proposed) },
    text: proposedText(proposed, io),
  };
}

/** Proposes to take out what has ended or was not used. What was done before something failed is said all the same. */
async function expireThem(chosen: EgressExpireArguments, io: Io): Promise<Outcome> {
  const { expire } = await import('../expiry/expire.ts');
  const { expiredText, expiredValue } = await import('../expiry/print.ts');
  const { expired, diagnostics } = await expire(chosen, io);
  const isWhole = !hasErrors(diagnostics);
  const shows = expired !== null && (isWhole || expired.proposals.length > 0);
  return {
    diagnostics,
    result: { expiry: expired === null ? null : expiredValue(expired) },
    text: shows ? expiredText(expired, io) : '',
  };
}

const PREFIX = 'req-';
const LEAST_DIGITS = 4;

/** By its id, or by enough of its first digits. */
function oneOf(
  id: string,
  requests: readonly FoundRequest[],
):
  | { readonly ok: true; readonly found: FoundRequest }
  | { readonly ok: false; readonly problem: Diagnostic } {
  const isBeginning = id.startsWith(PREFIX) && id.length >= PREFIX.length + LEAST_DIGITS;
  const found = isBeginning ? requests.filter(({ request }) => request.id.startsWith(id)) : [];
  const [one, another] = found;
  if (one === undefined) return { ok: false, problem: diagnose(requestNotFound, null, { id }) };
  if (another === undefined) return { ok: true, found: one };
  const ids = found.slice(0, 4).map(({ request }) => request.id);
  return { ok: false, problem: diagnose(requestAmbiguous, null, { id, ids }) };
}
