import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';

export interface VersionArguments {
  readonly command: 'version';
  readonly format: Format;
}

export function declareVersion(program: Command, choose: (chosen: VersionArguments) => void): void {
  const command = program
    .command('version')
    .summary('print the versions of nemoclaw and of what it runs on')
    .description('Print the versions of nemoclaw, of Node and of the kernel: what a bug report should name.')
    .addOption(formatOption())
    .action(({ output }: { output: Format }) => choose({ command: 'version', format: output }));
  teach(command, {
    examples: [
      ['nemoclaw version', 'for a person'],
      ['nemoclaw version -o json', 'for a script'],
    ],
    exits: [[0, 'printed']],
  });
}
