import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface ExportArguments {
  readonly command: 'export';
  /** The language to write. */
  readonly language: 'openshell';
  readonly path: string;
  readonly format: Format;
  readonly place: PlaceArguments;
  /** The file to write; null for standard output. */
  readonly out: string | null;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
  /** Whether to write a policy that allows more than the blueprint. */
  readonly allowLoss: boolean;
}

interface Values extends PlaceValues {
  readonly output: Format;
  readonly out?: string;
  readonly force?: boolean;
  readonly allowLoss?: boolean;
}

export function declareExport(program: Command, choose: (chosen: ExportArguments) => void): void {
  const parent = program
    .command('export')
    .summary('write a blueprint in the language of OpenShell')
    .description('Write a blueprint in the policy language of another tool.')
    .showHelpAfterError('See nemoclaw export --help.');
  const openshell = parent
    .command('openshell')
    .description(
      'Write a sandbox policy that NVIDIA OpenShell takes (version: 1). What it cannot say is reported at its place, as\n' +
        'stricter, looser or lost. When something would be looser there, nothing is written without --allow-loss.',
    )
    .argument('<blueprint>', 'the file to export; - for standard input')
    .addOption(formatOption())
    .option('--out <file>', 'write the policy there (default: standard output)')
    .option('--force', 'replace the file of --out when it exists')
    .option('--allow-loss', 'write the policy although something is looser in it');
  withPlaceOptions(openshell).action((path: string, { output, out, force, allowLoss, ...place }: Values) =>
    choose({
      command: 'export',
      language: 'openshell',
      path,
      format: output,
      place: placeOf(place),
      out: out ?? null,
      force: force === true,
      allowLoss: allowLoss === true,
    }),
  );
  for (const command of [parent, openshell]) {
    teach(command, {
      examples: [
        ['nemoclaw export openshell agent.yaml', 'say what would be lost'],
        ['nemoclaw export openshell agent.yaml --allow-loss --out policy.yaml', 'write it all the same'],
      ],
      exits: [
        [0, 'exported; the report says what changed'],
        [1, 'the blueprint is invalid, or OpenShell could not take the policy'],
        [3, 'something would be looser, and --allow-loss is not given'],
      ],
      next: 'nemoclaw validate policy.yaml, or openshell policy set --policy policy.yaml',
    });
  }
}
