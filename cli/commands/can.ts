import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { Access } from '../../compiler/ir/access.ts';
import { describeAccess } from '../../compiler/ir/access-words.ts';
import { credentialsFor, type UsableCredential } from '../../compiler/ir/credential.ts';
import { dependsOnStarter } from '../../compiler/ir/decide/process.ts';
import { explainAsked } from '../../compiler/ir/explain-decision/explain.ts';
import type { Facet } from '../../compiler/ir/facet.ts';
import { type Asked, lowerAccess, lowerMoment } from '../../compiler/ir/lower/access.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { AskedWords, CanArguments } from '../arguments/can.ts';
import type { PlaceArguments } from '../arguments/place.ts';
import { askedOnLine, momentOnLine } from '../asked-on-line.ts';
import { assumedPlace, sayAssumed } from '../assumed-place.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { explanationJson, explanationText } from '../explanation-output.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { type Place, placeFor } from '../place.ts';
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
  const { policy, texts, place, diagnostics } = await policyOf(chosen, io);
  if (policy === null) return refuse(chosen, diagnostics, EXIT.invalid, io);
  const explanation = explainAsked(policy, question.asked, question.moment);
  const allowed = explanation.decision.verdict === 'allow';
  if (!chosen.quiet) {
    const at = new Date(question.moment).toISOString();
    const depends = dependsOnStarter(policy.process, explanation.access);
    const answer = allowed ? 'yes' : depends ? 'depends' : 'no';
    const assumed = assumedFor(explanation.access.facet, texts, place, chosen.place);
    const credentials = allowed ? credentialsFor(policy, explanation.access, question.moment) : [];
    const carried = credentials.length === 0 ? {} : { credentials };
    const result = { allowed, answer, at, assumed, ...explanationJson(explanation), ...carried };
    const palette = paletteFor(io.stdout, io);
    const words = chosen.at === null ? explanation.words : `${explanation.words} on ${at}`;
    const more = [...portLines(chosen.asked, explanation.access), ...credentialLines(credentials)];
    const text = explanationText({ ...explanation, words }, question.moment, palette, more, depends);
    // What is worth a note about the blueprint is for `validate` to say; here it would hide the answer.
    const said = chosen.format === 'json' ? diagnostics : [];
    await printOutcome({ command: 'can', diagnostics: said, result, text }, chosen.format, io);
    sayAssumed(assumed, chosen.format, io);
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

/** What such a request may carry that the agent does not see. */
function credentialLines(credentials: readonly UsableCredential[]): [label: string, text: string][] {
  return credentials.map(({ name, variable, header }) => [
    'credential',
    `\`${visible(name)}\` in \`${header}\`, by the placeholder in \`${variable}\``,
  ]);
}

interface Loaded {
  readonly policy: Policy | null;
  /** Of the files that the policy was made from. */
  readonly texts: readonly string[];
  readonly place: Place | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Entries name paths of files, and of the programs that connect. */
function assumedFor(facet: Facet, texts: readonly string[], place: Place | null, chosen: PlaceArguments) {
  if (facet === 'filesystem') return assumedPlace(texts, place, chosen);
  return facet === 'egress' ? assumedPlace(texts, place, chosen, false) : null;
}

async function policyOf({ path, place: placeArguments }: CanArguments, io: Io): Promise<Loaded> {
  const { place, diagnostics } = await placeFor(placeArguments, io);
  if (place === null) return { policy: null, texts: [], place, diagnostics };
  const input = readInput(path, io);
  if (!input.ok) return { policy: null, texts: [], place, diagnostics: [...diagnostics, input.problem] };
  const loaded = loadPolicy(input.name, input.bytes, io.reader, place.bindings);
  const texts = loaded.inputs.map(({ bytes }) => new TextDecoder().decode(bytes));
  return { policy: loaded.policy, texts, place, diagnostics: [...diagnostics, ...loaded.diagnostics] };
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
