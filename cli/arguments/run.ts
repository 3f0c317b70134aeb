import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface RunArguments {
  readonly command: 'run';
  readonly path: string;
  /** The program and its arguments; at least one. */
  readonly argv: readonly string[];
  readonly format: Format;
  readonly place: PlaceArguments;
}

interface Values extends PlaceValues {
  readonly output: Format;
}

export function declareRun(program: Command, choose: (chosen: RunArguments) => void): void {
  const command = program
    .command('run')
    .summary('run a command confined by a blueprint')
    .description(
      'Compile a blueprint in memory for this machine and run a command under it. The command has no network yet but\n' +
        'its own empty one. If any part cannot be enforced, the command is not started. With -o json its output goes to\n' +
        'standard error, and standard output holds one document about the run.',
    )
    .usage('[options] <blueprint> -- <command...>')
    .argument('<blueprint>', 'what the command may do')
    .argument('<command...>', 'the program and its arguments')
    .addOption(formatOption());
  withPlaceOptions(command).action((path: string, argv: string[], { output, ...place }: Values) =>
    choose({ command: 'run', path, argv, format: output, place: placeOf(place) }),
  );
  teach(command, {
    examples: [
      ['nemoclaw run agent.yaml -- bash', 'a shell to look around in'],
      ['nemoclaw run agent.yaml -- npm test', 'any command'],
    ],
    exits: [
      [0, 'the command ended with 0; other codes of the command are passed on, 128 + N for signal N'],
      [1, 'the blueprint is invalid'],
      [4, 'this machine cannot enforce the blueprint; nothing was started'],
      [127, 'there is no such command inside; 126 for one that cannot be executed'],
    ],
    next: 'nemoclaw verify agent.yaml',
  });
}
