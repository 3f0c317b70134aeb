import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface VerifyArguments {
  readonly command: 'verify';
  readonly path: string;
  readonly format: Format;
  /** Show each probe to a person, not only the counts and what was answered otherwise. */
  readonly all: boolean;
  readonly place: PlaceArguments;
}

interface Values extends PlaceValues {
  readonly output: Format;
  readonly all?: boolean;
}

export function declareVerify(program: Command, choose: (chosen: VerifyArguments) => void): void {
  const command = program
    .command('verify')
    .summary("try a blueprint's boundaries in a fresh sandbox")
    .description(
      'Start probes in a fresh sandbox under a blueprint. At each boundary they try something that must work and\n' +
        'something that the kernel must refuse, and the report says what it answered.',
    )
    .argument('<blueprint>', 'the file to verify')
    .addOption(formatOption())
    .option('-a, --all', 'show each probe, not only counts and what was answered otherwise');
  withPlaceOptions(command).action((path: string, { output, all, ...place }: Values) =>
    choose({ command: 'verify', path, format: output, all: all === true, place: placeOf(place) }),
  );
  teach(command, {
    examples: [
      ['nemoclaw verify agent.yaml', 'try everything that the blueprint draws a line at'],
      ['nemoclaw verify agent.yaml --all', 'show each probe and its answer'],
      ['nemoclaw verify agent.yaml -o json', 'as evidence for an audit'],
    ],
    exits: [
      [0, 'the kernel answered every probe as the blueprint says'],
      [1, 'the blueprint is invalid'],
      [4, 'a probe was answered otherwise, or the sandbox could not be started'],
    ],
    next: 'nemoclaw run agent.yaml -- COMMAND',
  });
}
