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
  readonly door: DoorArguments;
}

/** How the sandbox's way out is to be made. */
export interface DoorArguments {
  /** Null: as the blueprint is called. */
  readonly name: string | null;
  /** Where its state is kept; null for the usual place. */
  readonly state: string | null;
  /** False: nothing leaves, and nothing is written down. */
  readonly gateway: boolean;
}

interface Values extends PlaceValues {
  readonly output: Format;
  readonly name?: string;
  readonly state?: string;
  readonly gateway: boolean;
}

export function declareRun(program: Command, choose: (chosen: RunArguments) => void): void {
  const command = program
    .command('run')
    .summary('run a command confined by a blueprint')
    .description(
      'Compile a blueprint in memory for this machine and run a command under it. Its network leads to a gateway, which\n' +
        'lets through what the blueprint grants, and writes down everything before it happens. If any part cannot be\n' +
        'enforced, the command is not started. With -o json its output goes to standard error, and standard output\n' +
        'holds one document about the run.',
    )
    .usage('[options] <blueprint> -- <command...>')
    .argument('<blueprint>', 'what the command may do')
    .argument('<command...>', 'the program and its arguments')
    .addOption(formatOption())
    .option('--name <name>', 'what this sandbox is called, in place of the name of its blueprint')
    .option('--state <folder>', 'where its audit log and its requests are kept')
    .option('--no-gateway', 'start no gateway: nothing leaves the sandbox, and nothing is written down');
  withPlaceOptions(command).action((path: string, argv: string[], values: Values) => {
    const { output, name = null, state = null, gateway, ...place } = values;
    choose({
      command: 'run',
      path,
      argv,
      format: output,
      place: placeOf(place),
      door: { name, state, gateway },
    });
  });
  teach(command, {
    examples: [
      ['nemoclaw run agent.yaml -- bash', 'a shell to look around in'],
      ['nemoclaw run agent.yaml -- npm test', 'any command'],
      ['nemoclaw run agent.yaml --name second -- npm test', 'a second one at the same time'],
    ],
    exits: [
      [0, 'the command ended with 0; other codes of the command are passed on, 128 + N for signal N'],
      [1, 'the blueprint is invalid'],
      [4, 'this machine cannot enforce the blueprint, or a credential is missing; nothing was started'],
      [127, 'there is no such command inside; 126 for one that cannot be executed'],
    ],
    next: 'nemoclaw logs NAME --denied shows what was refused; nemoclaw verify agent.yaml tries what is forbidden',
  });
}
