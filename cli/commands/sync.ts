import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { SyncArguments } from '../arguments/sync.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { sandboxPlace } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';
import { type Look, lookAtBranch } from '../sync/look.ts';

/** Follows a branch: once, or until it is ended. The exit code is that of the last look. */
export async function sync(chosen: SyncArguments, io: Io): Promise<ExitCode> {
  const named = sandboxPlace(chosen.name, chosen.state, io);
  if (!named.ok) {
    const result = { outcome: 'failed', commit: null, accepted: null, generation: null };
    await printOutcome(
      { command: 'sync', diagnostics: [named.problem], result, text: '' },
      chosen.format,
      io,
    );
    return EXIT.invalid;
  }
  let before: Look | null = null;
  for (;;) {
    const looked: Look = await lookAtBranch(chosen, named.place, io, before);
    if (before === null || isNews(looked, before)) await say(looked, chosen, io);
    before = looked;
    if (chosen.every === null || io.stdout.isClosed || !(await io.pause(chosen.every)))
      return looked.exitCode;
  }
}

/** The same refusal of the same commit is not said every minute. */
function isNews(looked: Look, before: Look): boolean {
  return looked.outcome === 'applied' || looked.commit !== before.commit || looked.outcome !== before.outcome;
}

async function say(looked: Look, { format, name }: SyncArguments, io: Io): Promise<void> {
  const { exitCode: _, findings, ...rest } = looked;
  const result = { sandbox: name, at: new Date(io.now()).toISOString(), ...rest };
  await printOutcome(
    { command: 'sync', diagnostics: findings, result, text: line(looked, name) },
    format,
    io,
  );
}

const WORDS: Readonly<Record<Look['outcome'], string>> = {
  applied: 'is in force now and was probed',
  current: 'is in force',
  refused: 'is not accepted',
  failed: 'is not enforced here',
  unreachable: 'is not known',
  'rolled-back': 'was gone back from by hand',
};

function line({ commit, outcome, accepted, generation }: Look, name: string): string {
  // Then nobody looked what was accepted before, either.
  if (commit === null && outcome === 'failed')
    return `sandbox ${visible(name)}: the branch was not looked at; what is in force stays so\n`;
  const end = commit === null ? 'the end of the branch' : `commit ${commit}`;
  const stays =
    outcome === 'applied' || outcome === 'current'
      ? ''
      : `; ${accepted === null ? 'no commit was accepted yet' : `commit ${accepted} is what was accepted last`}`;
  const number = generation === null ? '' : `; generation ${generation} is in force`;
  return `sandbox ${visible(name)}: ${end} ${WORDS[outcome]}${stays}${number}\n`;
}
