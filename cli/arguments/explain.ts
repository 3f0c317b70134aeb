import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';

export interface ExplainArguments {
  readonly command: 'explain';
  /** A code such as `NC1020`, or a name such as `yaml/duplicate-key`; null lists all. */
  readonly code: string | null;
  readonly format: Format;
}

export function declareExplain(program: Command, choose: (chosen: ExplainArguments) => void): void {
  const command = program
    .command('explain')
    .summary('say what a finding means and what to do')
    .description(
      'Say what the code of a finding means, why it matters and what to do. Without a code, list all.',
    )
    .argument('[code]', 'a code such as NC1020, or a name such as yaml/duplicate-key')
    .addOption(formatOption())
    .action((code: string | undefined, { output }: { output: Format }) =>
      choose({ command: 'explain', code: code ?? null, format: output }),
    );
  teach(command, {
    examples: [
      ['nemoclaw explain NC1020', 'by code'],
      ['nemoclaw explain yaml/duplicate-key', 'by name'],
      ['nemoclaw explain', 'every code there is'],
    ],
    exits: [[0, 'explained']],
  });
}
