import { readFileSync } from 'node:fs';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { isSystemProblem, systemProblem } from '../cli/system-problem.ts';
import { gateBadEvent } from '../compiler/diagnostics/catalog/gate.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';

/** What the workflow runs for. Commits are names of objects in hexadecimal. */
export type GateEvent =
  | { readonly kind: 'pull'; readonly number: number; readonly head: string }
  /** A queue builds the commit that is to be merged, on top of the base. Null where its branch names no pull request. */
  | { readonly kind: 'group'; readonly base: string; readonly head: string; readonly number: number | null }
  /** Nothing can be stopped any more. A null base is the empty repository. */
  | { readonly kind: 'report'; readonly base: string | null; readonly head: string }
  | { readonly kind: 'dispatch'; readonly branch: string; readonly head: string };

type Environment = Readonly<Record<string, string | undefined>>;
type Fields = Readonly<Record<string, unknown>>;

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const NO_COMMIT = /^0+$/;
/** As a merge queue names its branches: `gh-readonly-queue/main/pr-7-SHA`. */
const QUEUED = /\/pr-([1-9]\d{0,9})-[0-9a-f]{40,64}$/;

/** Reads what happened from the runner's file. */
export function readEvent(environment: Environment): Step<{ readonly event: GateEvent }> {
  const wrong = (problem: string) => stop(diagnose(gateBadEvent, null, { problem }));
  const payload = payloadOf(environment.GITHUB_EVENT_PATH ?? '');
  if (typeof payload === 'string') return wrong(payload);
  const name = environment.GITHUB_EVENT_NAME ?? '';
  const event = eventOf(name, payload, environment);
  return event === null
    ? wrong(`the event \`${name}\` is none that can be judged, or lacks what it needs`)
    : { ok: true, event };
}

/** The fields of the event, or what is wrong with its file. */
function payloadOf(path: string): Fields | string {
  try {
    return fieldsOf(JSON.parse(readFileSync(path, 'utf8'))) ?? 'the file of the event holds no object';
  } catch (error) {
    if (error instanceof SyntaxError) return 'the file of the event is no JSON';
    if (isSystemProblem(error)) return `the file of the event cannot be read: ${systemProblem(error)}`;
    throw error;
  }
}

function eventOf(name: string, payload: Fields, environment: Environment): GateEvent | null {
  switch (name) {
    case 'pull_request':
    case 'pull_request_review': {
      const pull = fieldsOf(payload.pull_request);
      const head = commitIn(fieldsOf(pull?.head)?.sha);
      const number = pull?.number;
      const isNumber = Number.isSafeInteger(number) && (number as number) > 0;
      return head !== null && isNumber ? { kind: 'pull', number: number as number, head } : null;
    }
    case 'merge_group': {
      const group = fieldsOf(payload.merge_group);
      const [base, head] = [commitIn(group?.base_sha), commitIn(group?.head_sha)];
      const number = QUEUED.exec(typeof group?.head_ref === 'string' ? group.head_ref : '')?.[1];
      if (base === null || head === null) return null;
      return { kind: 'group', base, head, number: number === undefined ? null : Number(number) };
    }
    case 'push': {
      const [base, head] = [commitIn(payload.before), commitIn(payload.after)];
      if (base === null || head === null || NO_COMMIT.test(head)) return null;
      return { kind: 'report', base: NO_COMMIT.test(base) ? null : base, head };
    }
    case 'workflow_dispatch': {
      const branch = fieldsOf(payload.repository)?.default_branch;
      const head = commitIn(environment.GITHUB_SHA);
      return typeof branch === 'string' && head !== null ? { kind: 'dispatch', branch, head } : null;
    }
    default:
      return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function commitIn(value: unknown): string | null {
  return typeof value === 'string' && COMMIT.test(value) ? value : null;
}
