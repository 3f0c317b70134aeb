import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';

export interface InspectArguments {
  readonly command: 'inspect';
  readonly bundle: string;
  /** The artifact to show; null shows the manifest. */
  readonly artifact: string | null;
  readonly format: Format;
}

export function declareInspect(program: Command, choose: (chosen: InspectArguments) => void): void {
  const command = program
    .command('inspect')
    .summary('show a bundle as a person can read it, and prove it')
    .description(
      'Show what is in a bundle. Every byte is checked against the manifest first; a bundle with a changed, missing or\n' +
        'added file is not shown. Launch plans and seccomp programs are decoded.',
    )
    .argument('<bundle>', 'a folder that compile wrote')
    .argument('[artifact]', 'one file of it, as the list names it')
    .addOption(formatOption())
    .action((bundle: string, artifact: string | undefined, { output }: { output: Format }) =>
      choose({ command: 'inspect', bundle, artifact: artifact ?? null, format: output }),
    );
  teach(command, {
    examples: [
      ['nemoclaw inspect agent.bundle', 'target, coverage and files'],
      ['nemoclaw inspect agent.bundle launch/plan.bin', 'what the launcher will do, step by step'],
    ],
    exits: [
      [0, 'shown, and it is what the manifest says'],
      [1, 'it is no bundle, or not the one that the manifest describes'],
    ],
    next: 'nemoclaw verify agent.yaml',
  });
}
