import type { Guardrail } from '../../compiler/analysis/guardrails/guardrail.ts';
import type { Counterexample, Proof } from '../../compiler/analysis/guardrails/proof.ts';
import { guardrailBroken, guardrailUnknown } from '../../compiler/diagnostics/catalog/guardrails.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { ProveArguments } from '../arguments/prove.ts';
import { assumedPlace, keepingTexts, sayAssumed } from '../assumed-place.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { loadGuardrails } from '../guardrails-file.ts';
import type { Io } from '../io.ts';
import { openFolders } from '../other-folders.ts';
import { placeFor } from '../place.ts';
import { policyIn } from '../policy-file.ts';
import { proveInAllFolders } from '../prove-in-all-folders.ts';
import { findInputs } from '../read-input.ts';

/** One guardrail held against one blueprint. */
interface Verdict {
  readonly blueprint: string;
  readonly guardrail: Guardrail;
  readonly proof: Proof;
}

/** Holds blueprints against guardrails, and shows what breaks one. */
export async function prove(chosen: ProveArguments, world: Io): Promise<ExitCode> {
  const { io, texts } = keepingTexts(world);
  const { place, diagnostics: placeFindings } = await placeFor(chosen.place, io);
  const { files, problems } = findInputs(chosen.paths, io);
  const diagnostics: Diagnostic[] = [...placeFindings, ...problems];
  const verdicts: Verdict[] = [];
  if (place !== null) {
    const loaded = loadGuardrails(chosen.guardrails, place.bindings, io);
    diagnostics.push(...loaded.diagnostics);
    for (const file of files) {
      const { policy, diagnostics: findings } = policyIn(file, place.bindings, io);
      diagnostics.push(...findings.filter(({ severity }) => severity === 'error'));
      if (policy === null) continue;
      const guardrails = loaded.guardrails ?? [];
      const known = {
        bindings: place.bindings,
        open: openFolders(place, chosen.place),
        texts: [...texts],
        now: io.now(),
      };
      const proofs = proveInAllFolders(policy, guardrails, known, (bindings) => ({
        ...policyIn(file, bindings, io),
        guardrails: loadGuardrails(chosen.guardrails, bindings, io).guardrails,
      }));
      verdicts.push(
        ...guardrails.map((guardrail, at) => ({ blueprint: file, guardrail, proof: proofs[at]! })),
      );
    }
  }
  const isInvalid = hasErrors(diagnostics);
  const isProved = verdicts.every(({ proof }) => proof.outcome === 'proved');
  diagnostics.push(...verdicts.flatMap(findingsOf));
  const assumed = assumedPlace(texts, place, chosen.place);
  await printOutcome(
    {
      command: 'prove',
      diagnostics,
      result: { proved: isProved && !isInvalid, assumed, verdicts: verdicts.map(plain) },
      text: textOf(verdicts, io),
    },
    chosen.format,
    io,
  );
  sayAssumed(assumed, chosen.format, io);
  if (isInvalid) return EXIT.invalid;
  return isProved ? EXIT.ok : EXIT.no;
}

function findingsOf({ guardrail, proof }: Verdict): Diagnostic[] {
  const { name, reason, span } = guardrail;
  const related = [{ span, label: 'the guardrail' }];
  if (proof.outcome === 'proved') return [];
  if (proof.outcome === 'inconclusive') {
    return [diagnose(guardrailUnknown, span, { name, dimension: proof.dimension })];
  }
  return proof.counterexamples.map(({ words, origin }) =>
    diagnose(guardrailBroken, origin.span, { name, example: words, reason }, related),
  );
}

function plain({ blueprint, guardrail: { name, reason }, proof }: Verdict) {
  const examples = proof.outcome === 'broken' ? proof.counterexamples.map(plainExample) : [];
  return { blueprint, guardrail: name, reason, outcome: proof.outcome, counterexamples: examples };
}

function plainExample({ access, words, origin }: Counterexample) {
  return { access: access === null ? null : writable(access), words, origin };
}

/** Arguments of system calls are larger than the numbers of JSON. */
function writable(access: NonNullable<Counterexample['access']>) {
  return access.facet === 'syscalls'
    ? { ...access, args: access.args.map((value) => `0x${value.toString(16)}`) }
    : access;
}

const WORDS = { proved: 'proved', broken: 'BROKEN', inconclusive: 'UNKNOWN' } as const;

function textOf(verdicts: readonly Verdict[], io: Io): string {
  const palette = paletteFor(io.stdout, io);
  const lines: string[] = [];
  for (const [at, { blueprint, guardrail, proof }] of verdicts.entries()) {
    if (verdicts[at - 1]?.blueprint !== blueprint) lines.push(palette.strong(visible(blueprint)));
    const word = WORDS[proof.outcome].padEnd(WORDS.inconclusive.length);
    const mark = proof.outcome === 'proved' ? palette.good(word) : palette.severity('error', word);
    lines.push(`  ${mark}  ${guardrail.name}`);
    if (proof.outcome !== 'broken') continue;
    for (const { words } of proof.counterexamples) lines.push(`           ${visible(words)}`);
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
