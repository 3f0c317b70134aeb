import type { Command } from 'commander';
import { choice, type FindingsFormat, findingsFormatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export type FailLevel = 'never' | 'warning' | 'note';

export interface LintArguments {
  readonly command: 'lint';
  /** Files, folders or `-`; at least one. */
  readonly paths: readonly string[];
  readonly format: FindingsFormat;
  readonly place: PlaceArguments;
  readonly failOn: FailLevel;
  /** The file tree among which the agent will run; null where programs are not looked up. */
  readonly root: string | null;
  readonly fix: boolean;
  /** With `fix`: print what would change, and change nothing. */
  readonly dryRun: boolean;
}

interface Values extends PlaceValues {
  readonly output: FindingsFormat;
  readonly failOn: FailLevel;
  readonly root?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
}

export function declareLint(program: Command, choose: (chosen: LintArguments) => void): void {
  const command = program
    .command('lint')
    .summary('find what is valid but dubious, and mend what is certain')
    .description(
      'Find what is valid but dubious in blueprints and presets: entries without effect, grants without an owner or\n' +
        'an end, hosts of strangers, programs that can be replaced. Your own files that they extend are looked at as\n' +
        'well. --fix mends what is certain, in the files that are named and in no other: it changes only the lines\n' +
        'concerned, keeps every comment, and checks that the meaning is the one that was intended.',
    )
    .argument('<path...>', 'files, folders, or - for standard input')
    .addOption(findingsFormatOption())
    .addOption(
      choice<FailLevel>('--fail-on <level>', 'exit 3 for findings of a level', ['never', 'warning', 'note']),
    )
    .option('--fix', 'mend what is certain; with - the result goes to standard output')
    .option('--dry-run', 'with --fix: print the changes as a unified diff and make none')
    .option('--root <folder>', 'look programs up in this file tree: an unpacked image, or / for this host');
  withPlaceOptions(command).action(
    (paths: string[], { output, failOn, root, fix, dryRun, ...place }: Values) => {
      if (dryRun === true && fix !== true) command.error('error: --dry-run goes with --fix');
      choose({
        command: 'lint',
        paths,
        format: output,
        place: placeOf(place),
        failOn,
        root: root ?? null,
        fix: fix === true,
        dryRun: dryRun === true,
      });
    },
  );
  teach(command, {
    examples: [
      ['nemoclaw lint agent.yaml --root /', 'with the programs of this host'],
      ['nemoclaw lint policies/ --fail-on warning -o github', 'for CI: annotate a pull request'],
      ['nemoclaw lint agent.yaml --fix --dry-run', 'see what would be mended'],
    ],
    exits: [
      [0, 'looked at; with --fail-on: nothing of that level is left'],
      [1, 'a file is invalid, or cannot be read or written'],
      [3, 'with --fail-on: there are findings of that level'],
    ],
    next: 'nemoclaw explain CODE, or nemoclaw compile agent.yaml',
  });
}
