import { type Command, InvalidArgumentError } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type SandboxArguments, type SandboxValues, sandboxOf, withSandboxOptions } from './sandbox.ts';

export interface RollbackArguments extends SandboxArguments {
  readonly command: 'rollback';
  /** The generation to go back to; null for the last other one whose probes were good. */
  readonly to: number | null;
  readonly format: Format;
}

interface Values extends SandboxValues {
  readonly to?: number;
  readonly output: Format;
}

export function declareRollback(program: Command, choose: (chosen: RollbackArguments) => void): void {
  const command = program
    .command('rollback')
    .summary('go back to a generation that this host had')
    .description(
      'Put an earlier generation of a sandbox into force again, by default the last other one whose probes were good. It\n' +
        'is probed like one that is applied; when a probe fails, the last good generation is in force again. Nothing\n' +
        'comes from outside, so no signature is asked for.',
    )
    .option('--to <generation>', 'its number, as history shows it', generation);
  withSandboxOptions(command)
    .addOption(formatOption())
    .action((values: Values) =>
      choose({
        command: 'rollback',
        ...sandboxOf(values, command),
        to: values.to ?? null,
        format: values.output,
      }),
    );
  teach(command, {
    examples: [
      ['nemoclaw rollback --name coding-agent', 'the last good one before'],
      ['nemoclaw rollback --name coding-agent --to 3', 'that one'],
    ],
    exits: [
      [0, 'in force and probed'],
      [1, 'there is no such generation'],
      [4, 'a probe failed: the last good generation is in force'],
    ],
    next: 'nemoclaw history --name NAME',
  });
}

function generation(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Give the number of a generation.');
  return Number(text);
}
