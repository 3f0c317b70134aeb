import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { ApplyArguments } from '../arguments/apply.ts';
import { paletteFor } from '../colour.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { type AppliedOutcome, applyCandidate } from '../hosts/apply-candidate.ts';
import { candidateOf } from '../hosts/candidate.ts';
import { planJson, planText } from '../hosts/plan.ts';
import { sandboxPlace } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';

/** Puts a bundle or a blueprint into force on this host. */
export async function apply(chosen: ApplyArguments, io: Io): Promise<ExitCode> {
  const { format } = chosen;
  const say = (diagnostics: AppliedOutcome['findings'], result: object, text = '') =>
    printOutcome({ command: 'apply', diagnostics, result: { ...result }, text }, format, io);
  const nothing = { applied: false, outcome: 'refused', sandbox: chosen.name, generation: null, plan: null };
  const found = await candidateOf(chosen, io);
  if (!found.ok) {
    await say(found.diagnostics, nothing);
    return found.exitCode;
  }
  const { candidate } = found;
  const named = sandboxPlace(chosen.name ?? candidate.loaded.manifest.name, chosen.state, io);
  if (!named.ok) {
    await say([named.problem], nothing);
    return EXIT.invalid;
  }
  const { place } = named;
  const { yes, dryRun, allowOlder } = chosen;
  const done = await applyCandidate(
    candidate,
    place,
    {
      ...{ yes, dryRun, allowOlder },
      show: (plan, judged) => {
        if (format === 'text') {
          io.stdout.write(planText(plan, judged, place.name, paletteFor(io.stdout, io), io.columns));
        }
      },
    },
    io,
  );
  const result = {
    applied: done.outcome === 'applied',
    outcome: done.outcome,
    sandbox: place.name,
    generation: done.generation,
    bundle: candidate.loaded.digest,
    running: done.effect,
    plan: done.plan === null ? null : planJson(done.plan),
  };
  await say([...found.diagnostics, ...done.findings], result, outcomeText(done, place.name));
  return done.exitCode;
}

const EFFECT: Readonly<Record<string, string>> = {
  'nothing-runs': 'nothing runs under it yet',
  replaced: 'the running sandbox has its egress table',
  unchanged: 'the running sandbox has its egress table already',
  held: 'the running sandbox goes on as it was started',
};

function outcomeText({ outcome, generation, effect }: AppliedOutcome, name: string): string {
  const where = `sandbox ${visible(name)}`;
  switch (outcome) {
    case 'applied':
      return `\n${where}: generation ${generation} is in force and was probed; ${EFFECT[effect] ?? effect}\n`;
    case 'current':
      return `\n${where}: generation ${generation} is this bundle, and in force already; ${EFFECT[effect] ?? effect}\n`;
    case 'planned':
      return '\nnothing was changed\n';
    case 'failed':
    case 'refused':
      return '';
  }
}
