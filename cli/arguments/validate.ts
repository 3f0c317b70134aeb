import type { Command } from 'commander';
import { type FindingsFormat, findingsFormatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface ValidateArguments {
  readonly command: 'validate';
  /** Files, folders or `-`, as they were typed; at least one. */
  readonly paths: readonly string[];
  readonly format: FindingsFormat;
  readonly place: PlaceArguments;
  /** Warnings make a file invalid, too. */
  readonly strict: boolean;
  /** Stop after syntax and schema: what it extends is not read, and what it means is not asked. */
  readonly schemaOnly: boolean;
}

interface Values extends PlaceValues {
  readonly output: FindingsFormat;
  readonly strict?: boolean;
  readonly schemaOnly?: boolean;
}

export function declareValidate(program: Command, choose: (chosen: ValidateArguments) => void): void {
  const command = program
    .command('validate')
    .summary('check blueprints, presets, OpenShell policies and guardrails')
    .description(
      'Check blueprints, presets, OpenShell policies and guardrails: syntax, schema, what they extend, and meaning; with\n' +
        '--target also whether that target can enforce them. Folders are searched for *.yaml and *.yml; every file must be valid.',
    )
    .argument('<path...>', 'files, folders, or - for standard input')
    .addOption(findingsFormatOption())
    .option('--strict', 'let warnings fail as errors do')
    .option('--schema-only', 'check syntax and schema alone, not what it extends and means');
  withPlaceOptions(command).action((paths: string[], { output, strict, schemaOnly, ...place }: Values) =>
    choose({
      command: 'validate',
      paths,
      format: output,
      place: placeOf(place),
      strict: strict === true,
      schemaOnly: schemaOnly === true,
    }),
  );
  teach(command, {
    examples: [
      ['nemoclaw validate agent.yaml', 'check one file'],
      ['nemoclaw validate policies/ -o github', 'annotate a pull request'],
      ['nemoclaw validate -t host agent.yaml', 'can this machine enforce it? writes nothing'],
    ],
    exits: [
      [0, 'every file is valid'],
      [1, 'a file is invalid or cannot be read'],
      [4, 'with --target: every file is valid, and the target cannot enforce one'],
    ],
    next: 'nemoclaw explain CODE, or nemoclaw compile agent.yaml',
  });
}
