import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type SandboxArguments, type SandboxValues, sandboxOf, withSandboxOptions } from './sandbox.ts';

export interface HistoryArguments extends SandboxArguments {
  readonly command: 'history';
  readonly format: Format;
}

export function declareHistory(program: Command, choose: (chosen: HistoryArguments) => void): void {
  const command = program
    .command('history')
    .summary('show what was in force in a sandbox, when, and who put it there')
    .description(
      'Show every switch that is remembered: when, to which generation, who did it and why, what its probes found, the\n' +
        'commit, who signed it, and what was accepted although it is not as it should be.',
    );
  withSandboxOptions(command)
    .addOption(formatOption())
    .action((values: SandboxValues & { readonly output: Format }) =>
      choose({ command: 'history', ...sandboxOf(values, command), format: values.output }),
    );
  teach(command, {
    examples: [['nemoclaw history --name coding-agent', 'the last one is in force']],
    exits: [
      [0, 'shown'],
      [1, 'nothing was ever applied'],
      [4, 'the generations are damaged'],
    ],
    next: 'nemoclaw rollback --name NAME --to GENERATION',
  });
}
