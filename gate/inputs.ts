import { createHash } from 'node:crypto';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { gateBadInput } from '../compiler/diagnostics/catalog/gate.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { mayHoldToken } from '../runtime/approvals/github/location.ts';

/** What makes the check red, from the strictest. Each includes those after it but for `never`, which only reports. */
export const FAIL_ON = ['widening', 'guardrail', 'inconclusive', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** What the workflow asks of the gate. */
export interface GateInputs {
  readonly failOn: FailOn;
  /** A path from the top of the repository, or `default` for the shipped guardrails. */
  readonly guardrails: string;
  /** Files and folders to look at; none for all. */
  readonly paths: readonly string[];
  readonly token: string;
  readonly api: string;
  readonly owner: string;
  readonly repository: string;
  /** Whom the comment is by: the account of the token. */
  readonly commentAuthor: string;
  /** Tells the comment of this gate from that of another one on the same pull request. */
  readonly key: string;
  /** Milliseconds for one request of the API. */
  readonly timeLimit: number;
}

const TOKEN = /^[!-~]{1,512}$/;
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/[A-Za-z0-9._-]{1,100}$/;
const LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?$/;
const MOST_SECONDS = 300;

/** Reads the inputs as the runner gives them: `INPUT_` and the name in capitals. */
export function readInputs(environment: Environment): Step<{ readonly inputs: GateInputs }> {
  const wrong = (input: string, problem: string) => stop(diagnose(gateBadInput, null, { input, problem }));
  const given = (name: string) => (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
  const failOn = FAIL_ON.find((one) => one === (given('fail-on') || 'widening'));
  if (failOn === undefined) return wrong('fail-on', `it is one of ${FAIL_ON.join(', ')}`);
  const token = given('token');
  if (!TOKEN.test(token)) return wrong('token', 'it is no token');
  const api = (given('api-url') || environment.GITHUB_API_URL || '').replace(/\/+$/, '');
  if (!mayHoldToken(api)) return wrong('api-url', 'it is no address that may be given a token');
  const named = environment.GITHUB_REPOSITORY ?? '';
  if (!REPOSITORY.test(named)) return wrong('GITHUB_REPOSITORY', 'it names no repository');
  const [owner = '', repository = ''] = named.split('/');
  const commentAuthor = given('comment-author') || 'github-actions[bot]';
  if (!LOGIN.test(commentAuthor)) return wrong('comment-author', 'it is no account');
  const seconds = Number(given('api-timeout') || '30');
  if (!(seconds > 0 && seconds <= MOST_SECONDS)) return wrong('api-timeout', 'it is no number of seconds');
  const paths = given('paths')
    .split('\n')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  const key = createHash('sha256').update(paths.join('\n')).digest('hex').slice(0, 12);
  const guardrails = given('guardrails') || 'default';
  const inputs: GateInputs = {
    ...{ failOn, guardrails, paths, token, api, owner, repository, commentAuthor, key },
    timeLimit: seconds * 1000,
  };
  return { ok: true, inputs };
}
