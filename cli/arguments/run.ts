import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface RunArguments {
  readonly command: 'run';
  /** The blueprint; null for the generation in force of the sandbox that is named. */
  readonly path: string | null;
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
      'Compile a blueprint in memory for this machine, or take what was applied to a sandbox, and run a command under it. Its network leads to a gateway, which\n' +
        'lets through what the blueprint grants, and writes down everything before it happens. If any part cannot be\n' +
        'enforced, the command is not started. With -o json its output goes to standard error, and standard output\n' +
        'holds one document about the run.',
    )
    .usage('[options] [blueprint] -- <command...>')
    .argument(
      '[blueprint]',
      'what the command may do; without one, what was applied to the sandbox that --name names',
    )
    .argument('[command...]', 'the program and its arguments')
    .addOption(formatOption())
    .option('--name <name>', 'what this sandbox is called, in place of the name of its blueprint')
    .option('--state <folder>', 'where its audit log and its requests are kept')
    .option('--no-gateway', 'start no gateway: nothing leaves the sandbox, and nothing is written down');
  withPlaceOptions(command).action((first: string | undefined, rest: string[], values: Values) => {
    const { output, name = null, state = null, gateway, ...place } = values;
    const words = first === undefined ? [] : [first, ...rest];
    const path = wordsBeforeDashes(words.length, program) === 0 ? null : words[0]!;
    const argv = path === null ? words : words.slice(1);
    const isNamed = name !== null || state !== null;
    if (words.length === 0 || (path === null && !isNamed)) {
      command.error("error: missing required argument 'blueprint'");
    }
    if (argv.length === 0) command.error("error: missing required argument 'command'");
    if (path === null && !gateway) command.error('error: --no-gateway goes with a blueprint');
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
      ['nemoclaw run --name coding-agent -- bash', 'under what was applied to that sandbox'],
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

/** How many of the words that are no options stand before `--`; all of them where there is none. */
function wordsBeforeDashes(
  words: number,
  { rawArgs }: Command & { readonly rawArgs?: readonly string[] },
): number {
  const at = rawArgs?.indexOf('--') ?? -1;
  return at === -1 ? words : words - (rawArgs!.length - at - 1);
}
