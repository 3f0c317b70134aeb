import { EXIT, type ExitCode } from '../cli/exit-codes.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { presentable } from '../compiler/diagnostics/collect.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../compiler/diagnostics/entry.ts';
import { renderGithub } from '../compiler/diagnostics/render/github.ts';
import { differenceGithub } from '../compiler/report/difference/github.ts';
import { GitHubClient } from '../runtime/approvals/github/client.ts';
import { type Answered, answerNeeds } from './approvals.ts';
import { comment, LONGEST_COMMENT } from './comment.ts';
import { type Context, contextOf } from './context.ts';
import { readEvent } from './event.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { githubFinding } from './github-finding.ts';
import { type GateInputs, readInputs } from './inputs.ts';
import { failed, type Judgement, judge } from './judgement.ts';
import { gateMarkdown, type Reported } from './markdown.ts';
import { writeOutputs } from './outputs.ts';
import { gateWorld } from './world.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Prints annotations, one workflow command a line. */
type Say = (commands: string) => void;

/** The gate from the environment of a runner to an exit code: 0 passes, 1 could not be judged or is invalid, 3 does not pass. */
export async function runGate(environment: Environment, say: Say): Promise<ExitCode> {
  const inputs = readInputs(environment);
  if (!inputs.ok) return conclude(unjudged(inputs.problems), environment, say);
  const event = readEvent(environment);
  if (!event.ok) return conclude(unjudged(event.problems), environment, say);
  const io = gateWorld(environment);
  const { api, token, owner, repository: name, timeLimit } = inputs.inputs;
  const client = new GitHubClient({ api, token, now: io.now, timeLimit }, { owner, name });
  const context = await contextOf(event.event, client, inputs.inputs, io);
  if (!context.ok) return conclude(unjudged(context.problems), environment, say);
  const found = await evidenceOf(context.sides, inputs.inputs, io);
  if (!found.ok) return conclude(unjudged(found.problems, context.commit), environment, say);
  const answered = await answers(found.evidence, context, client, inputs.inputs);
  if (!answered.ok) return conclude(unjudged(answered.problems, context.commit), environment, say);
  const failOn = context.isReportOnly ? null : inputs.inputs.failOn;
  const reported: Reported = {
    judgement: judge(found.evidence, answered.answered, failOn),
    evidence: found.evidence,
    answered: answered.answered,
    commit: context.commit,
    isReportOnly: context.isReportOnly,
  };
  const told = await tell(reported, context, client, inputs.inputs);
  return conclude(reported, environment, say, told === null ? [] : [told]);
}

function unjudged(problems: readonly Diagnostic[], commit: string | null = null): Reported {
  return { judgement: failed(problems), evidence: null, answered: null, commit, isReportOnly: false };
}

/** Reviews are asked for where something needs one. Without a pull request nobody can have approved anything. */
async function answers(
  { needs }: Evidence,
  { pull, isReportOnly }: Context,
  client: GitHubClient,
  inputs: GateInputs,
): Promise<Step<{ readonly answered: readonly Answered[] | null }>> {
  if (isReportOnly) return { ok: true, answered: null };
  if (needs.length === 0) return { ok: true, answered: [] };
  const nobody = {
    author: { login: 'ghost', isBot: false },
    head: { branch: '', commit: '', repository: null },
    commits: [],
  };
  if (pull === null) return { ok: true, answered: await answerNeeds(needs, [], nobody, client) };
  const reviews = await client.listReviews(pull.number);
  if (!reviews.ok) return stop(githubFinding(reviews.problem, inputs));
  const commits = await client.listCommits(pull.number);
  if (!commits.ok) return stop(githubFinding(commits.problem, inputs));
  const judged = { author: pull.author, head: pull.head, commits: commits.value };
  return { ok: true, answered: await answerNeeds(needs, reviews.value, judged, client) };
}

/** Comments on the pull request. What changes nothing that counts gets no comment of its own. */
async function tell(
  reported: Reported,
  { pull, comments }: Context,
  client: GitHubClient,
  inputs: GateInputs,
): Promise<Diagnostic | null> {
  if (pull === null || !comments) return null;
  const { evidence, judgement } = reported;
  const isWanted = (evidence?.comparisons.length ?? 0) > 0 || judgement.findings.length > 0;
  return comment(pull.number, gateMarkdown(reported, LONGEST_COMMENT), isWanted, client, inputs);
}

/** More findings; with an error among them nothing passes. */
function withFindings(reported: Reported, more: readonly Diagnostic[]): Reported {
  const { judgement } = reported;
  const next: Judgement = {
    ...judgement,
    passes: judgement.passes && !hasErrors(more),
    findings: [...judgement.findings, ...more],
  };
  return { ...reported, judgement: next };
}

/** @param told what went wrong when it was told on the pull request */
function conclude(
  judged: Reported,
  environment: Environment,
  say: Say,
  told: readonly Diagnostic[] = [],
): ExitCode {
  const reported = withFindings(judged, told);
  const unwritten = writeOutputs(reported, environment);
  const { judgement, evidence } = withFindings(reported, unwritten);
  const options = { most: null, showsLines: false, problems: [] };
  say(renderGithub(presentable(judgement.findings)));
  say(differenceGithub(evidence?.comparisons ?? [], options));
  if (judgement.passes) return EXIT.ok;
  const { verdict, passes } = judged.judgement;
  // What was judged as a yes, and could not be told, is no answer that is no.
  return passes || verdict === 'failed' || verdict === 'invalid' || hasErrors(unwritten)
    ? EXIT.invalid
    : EXIT.no;
}
