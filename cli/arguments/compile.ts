import type { Command } from 'commander';
import { type FindingsFormat, findingsFormatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface CompileArguments {
  readonly command: 'compile';
  readonly path: string;
  readonly format: FindingsFormat;
  readonly place: PlaceArguments;
  /** Folder of the bundle; null for the one beside the blueprint. */
  readonly out: string | null;
  /** Lock file; null for the one beside the blueprint, false for none. */
  readonly lock: string | false | null;
  /** Write nothing; compare with the lock file. */
  readonly check: boolean;
}

interface Values extends PlaceValues {
  readonly output: FindingsFormat;
  readonly out?: string;
  readonly lock?: string | boolean;
  readonly check?: boolean;
}

export function declareCompile(program: Command, choose: (chosen: CompileArguments) => void): void {
  const command = program
    .command('compile')
    .summary('write what the kernel enforces, and the lock file')
    .description(
      'Compile a blueprint: Landlock rules, seccomp filters, mounts, firewall rules and container specifications in\n' +
        'one folder, with a manifest, and a lock file to commit. Equal inputs give equal bytes on every machine.\n' +
        'Nothing is written when a facet would not be enforced and the blueprint does not accept that gap by name.',
    )
    .argument('<blueprint>', 'the file to compile')
    .addOption(findingsFormatOption())
    .option('--out <folder>', 'where the bundle goes (default: NAME.bundle beside the blueprint)')
    .option('--lock <file>', 'the lock file (default: NAME.lock.json beside the blueprint)')
    .option('--no-lock', 'write no lock file')
    .option('--check', 'write nothing; exit 3 when the lock file says something else');
  withPlaceOptions(command).action((path: string, { output, out, lock, check, ...place }: Values) =>
    choose({
      command: 'compile',
      path,
      format: output,
      place: placeOf(place),
      out: out ?? null,
      // Without either option the value is true.
      lock: typeof lock === 'string' || lock === false ? lock : null,
      check: check === true,
    }),
  );
  teach(command, {
    examples: [
      ['nemoclaw compile agent.yaml', 'for the default target, the same on every machine'],
      ['nemoclaw compile agent.yaml --target host', 'for the kernel of this machine'],
      ['nemoclaw compile agent.yaml --check', 'for CI: is the committed lock file current?'],
    ],
    exits: [
      [0, 'compiled; with --check: the lock file is current'],
      [1, 'the blueprint is invalid, or a file cannot be written'],
      [3, 'with --check: the lock file differs'],
      [4, 'the target cannot enforce the blueprint'],
    ],
    next: 'nemoclaw inspect agent.bundle, or nemoclaw run agent.yaml -- bash',
  });
}
