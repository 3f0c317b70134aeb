import type { Command } from 'commander';
import { type FindingsFormat, findingsFormatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface ProveArguments {
  readonly command: 'prove';
  /** Files, folders or `-`, as they were typed; at least one. */
  readonly paths: readonly string[];
  /** A file of guardrails, or `default` for the shipped ones. */
  readonly guardrails: string;
  readonly format: FindingsFormat;
  readonly place: PlaceArguments;
}

interface Values extends PlaceValues {
  readonly output: FindingsFormat;
  readonly guardrails: string;
}

export function declareProve(program: Command, choose: (chosen: ProveArguments) => void): void {
  const command = program
    .command('prove')
    .summary('prove that blueprints keep guardrails')
    .description(
      'Prove that blueprints keep the guardrails of an organisation, or refute it with an access that breaks one.\n' +
        'A proof looks at every access there is, not at samples. What cannot be proved counts as broken.',
    )
    .argument('<blueprint...>', 'files, folders, or - for standard input')
    .option('-g, --guardrails <file>', 'the guardrails; default for the shipped ones', 'default')
    .addOption(findingsFormatOption());
  withPlaceOptions(command).action((paths: string[], { output, guardrails, ...place }: Values) =>
    choose({ command: 'prove', paths, guardrails, format: output, place: placeOf(place) }),
  );
  teach(command, {
    examples: [
      ['nemoclaw prove agent.yaml', 'against the shipped guardrails'],
      ['nemoclaw prove agents/ --guardrails guardrails.yaml', "against the organisation's own"],
      ['nemoclaw prove agents/ -g guardrails.yaml -o github', 'annotate a pull request'],
    ],
    exits: [
      [0, 'every guardrail is proved for every blueprint'],
      [1, 'a blueprint or the guardrails are invalid'],
      [3, 'a guardrail is broken, or cannot be proved'],
    ],
    next: 'nemoclaw schema print guardrails, to write guardrails of your own',
  });
}
