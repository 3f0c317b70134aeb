import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';

export interface FmtArguments {
  readonly command: 'fmt';
  /** Files, folders or `-`; at least one. */
  readonly paths: readonly string[];
  readonly format: Format;
  /** Only say what would change. */
  readonly check: boolean;
}

interface Values {
  readonly output: Format;
  readonly check?: boolean;
}

export function declareFmt(program: Command, choose: (chosen: FmtArguments) => void): void {
  const command = program
    .command('fmt')
    .summary('bring blueprints into the usual form, comments kept')
    .description(
      'Bring blueprints into the usual form: order of sections, indentation, quotes. Comments stay, the meaning\n' +
        'stays, and a file that is not valid YAML is left alone. With - the result goes to standard output.',
    )
    .argument('<path...>', 'files, folders, or - for standard input')
    .addOption(formatOption())
    .option('--check', 'change nothing; exit 3 when a file is not in the usual form')
    .action((paths: string[], { output, check }: Values) =>
      choose({ command: 'fmt', paths, format: output, check: check === true }),
    );
  teach(command, {
    examples: [
      ['nemoclaw fmt agent.yaml', 'rewrite the file in place'],
      ['nemoclaw fmt --check policies/', 'for CI and commit hooks'],
      ['nemoclaw fmt - < agent.yaml', 'print the formatted text'],
    ],
    exits: [
      [0, 'every file is in the usual form (now)'],
      [1, 'a file cannot be read, written or parsed'],
      [3, 'with --check: a file would change'],
    ],
    next: 'nemoclaw validate agent.yaml',
  });
}
