import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { Access } from '../../compiler/ir/access.ts';
import { describeAccess } from '../../compiler/ir/access-words.ts';
import { explainAsked } from '../../compiler/ir/explain-decision/explain.ts';
import { type Asked, lowerAccess, lowerMoment } from '../../compiler/ir/lower/access.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { AskedWords, CanArguments } from '../arguments/can.ts';
import { askedOnLine, momentOnLine } from '../asked-on-line.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { explanationJson, explanationText } from '../explanation-output.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { readInput } from '../read-input.ts';

interface Question {
  readonly asked: Asked;
  /** Milliseconds since 1970 UTC. */
  readonly moment: number;
}

/** Answers whether an agent under a blueprint may do one thing. */
export async function can(chosen: CanArguments, io: Io): Promise<ExitCode> {
  const { question, diagnostics: wrong } = questionIn(chosen, io.now());
  if (question === null) return refuse(chosen, wrong, EXIT.usage, io);
  const { policy, diagnostics } = await policyOf(chosen, io);
  if (policy === null) return refuse(chosen, diagnostics, EXIT.invalid, io);
  const explanation = explainAsked(policy, question.asked);
  const allowed = explanation.decision.verdict === 'allow';
  if (!chosen.quiet) {
    const at = new Date(question.moment).toISOString();
    const result = { allowed, at, ...explanationJson(explanation) };
    const palette = paletteFor(io.stdout, io);
    const words = chosen.at === null ? explanation.words : `${explanation.words} on ${at}`;
    const more = portLines(chosen.asked, explanation.access);
    const text = explanationText({ ...explanation, words }, question.moment, palette, more);
    // What is worth a note about the blueprint is for `validate` to say; here it would hide the answer.
    const said = chosen.format === 'json' ? diagnostics : [];
    await printOutcome({ command: 'can', diagnostics: said, result, text }, chosen.format, io);
  }
  return allowed ? EXIT.ok : EXIT.no;
}

function questionIn(
  { asked: words, at }: CanArguments,
  now: number,
): { question: Question | null; diagnostics: readonly Diagnostic[] } {
  const { moment, diagnostics: ofTime } =
    at === null ? { moment: now, diagnostics: [] } : lowerMoment(momentOnLine(at));
  const { asked, diagnostics: ofAccess } = lowerAccess(askedOnLine(words), moment ?? now);
  const question = asked === null || moment === null ? null : { asked: inOwnScheme(asked, words), moment };
  return { question, diagnostics: [...ofTime, ...ofAccess] };
}

/** Says the request with the scheme that was typed. */
function inOwnScheme(asked: Asked, words: AskedWords): Asked {
  const [access] = asked.accesses;
  if (words.kind !== 'connection' || words.request === null || access.facet !== 'egress') return asked;
  return { ...asked, words: describeAccess({ ...access, at: 0 }, words.request.scheme) };
}

/** A blueprint knows ports and no schemes, so it is said which port was asked about and why that one. */
function portLines(words: AskedWords, access: Access): [label: string, text: string][] {
  if (words.kind !== 'connection' || words.request === null || access.facet !== 'egress') return [];
  const { scheme } = words.request;
  const why = words.to.isPortWritten ? '' : `, the usual one of ${scheme}`;
  return [['port', `${access.port}${why}`]];
}

async function policyOf(
  { path, place: placeArguments }: CanArguments,
  io: Io,
): Promise<{ policy: Policy | null; diagnostics: readonly Diagnostic[] }> {
  const { place, diagnostics } = await placeFor(placeArguments, io);
  if (place === null) return { policy: null, diagnostics };
  const input = readInput(path, io);
  if (!input.ok) return { policy: null, diagnostics: [...diagnostics, input.problem] };
  const loaded = loadPolicy(input.name, input.bytes, io.reader, place.bindings);
  return { policy: loaded.policy, diagnostics: [...diagnostics, ...loaded.diagnostics] };
}

/** There is no answer. Also a quiet question says why, as its exit code alone could be read as a no. */
async function refuse(
  { quiet, format }: CanArguments,
  diagnostics: readonly Diagnostic[],
  exitCode: ExitCode,
  io: Io,
): Promise<ExitCode> {
  if (quiet) sayFindings(diagnostics, io);
  else await printOutcome({ command: 'can', diagnostics, result: { allowed: null }, text: '' }, format, io);
  return exitCode;
}
