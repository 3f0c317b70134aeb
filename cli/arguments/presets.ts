import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { defaultSubcommand } from './default-subcommand.ts';
import { teach } from './help-text.ts';

export interface PresetsArguments {
  readonly command: 'presets';
  readonly action: 'list' | 'show';
  /** The preset or tier to show. */
  readonly name: string;
  readonly format: Format;
}

export function declarePresets(program: Command, choose: (chosen: PresetsArguments) => void): void {
  const presets = program
    .command('presets')
    .summary('list and show what a blueprint can extend')
    .description('List and show the presets and tiers that come with nemoclaw, for `extends` in a blueprint.')
    .showHelpAfterError('See nemoclaw presets --help.');
  const list = defaultSubcommand(presets, 'list')
    .description('list presets and tiers; also without a command')
    .addOption(formatOption())
    .action(({ output }: { output: Format }) =>
      choose({ command: 'presets', action: 'list', name: '', format: output }),
    );
  const show = presets
    .command('show')
    .description('print the text of one')
    .argument('<name>', 'a preset or tier')
    .addOption(formatOption())
    .action((name: string, { output }: { output: Format }) =>
      choose({ command: 'presets', action: 'show', name, format: output }),
    );
  for (const command of [presets, list, show]) {
    teach(command, {
      examples: [
        ['nemoclaw presets list', 'names, access levels and what they are for'],
        ['nemoclaw presets show github', 'everything that a preset grants'],
      ],
      exits: [[0, 'printed']],
      next: 'write `extends: [{ preset: github, access: read-only }]` into a blueprint',
    });
  }
}
