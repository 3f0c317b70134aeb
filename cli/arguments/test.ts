import type { Command } from 'commander';
import { choice } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

/** The output formats of tests; the first is the default. */
export type TestFormat = 'text' | 'json' | 'junit' | 'tap';

export interface TestArguments {
  readonly command: 'test';
  /** Files, folders or `-`, as they were typed; at least one. */
  readonly paths: readonly string[];
  readonly format: TestFormat;
  /** Only tests with this text in their name, in any case; null for all. */
  readonly filter: string | null;
  /** That there is no test is a failure. */
  readonly requireTests: boolean;
  readonly place: PlaceArguments;
}

interface Values extends PlaceValues {
  readonly output: TestFormat;
  readonly filter?: string;
  readonly requireTests?: boolean;
}

export function declareTest(program: Command, choose: (chosen: TestArguments) => void): void {
  const command = program
    .command('test')
    .summary('run the tests of blueprints')
    .description(
      'Run the tests of blueprints, presets and tiers, and those in files NAME_test.yaml. Each says that one access must be\n' +
        'allowed or denied. Presets and tiers are tested as a blueprint would extend them, at every access level.\n' +
        'Folders are searched for *.yaml and *.yml; files of other tools in them are passed over.',
    )
    .argument('[path...]', 'files, folders, or - for standard input; without one, this folder')
    .addOption(
      choice<TestFormat>('-o, --output <format>', 'format of the result', ['text', 'json', 'junit', 'tap']),
    )
    .option('--filter <text>', 'run only tests with this text in their name')
    .option('--require-tests', 'fail when there is no test to run');
  withPlaceOptions(command).action((paths: string[], values: Values) =>
    choose({
      command: 'test',
      paths: paths.length === 0 ? ['.'] : paths,
      format: values.output,
      filter: values.filter ?? null,
      requireTests: values.requireTests === true,
      place: placeOf(values),
    }),
  );
  teach(command, {
    examples: [
      ['nemoclaw test', 'every test below this folder'],
      ['nemoclaw test agent.yaml --filter secrets', 'some tests of one blueprint'],
      ['nemoclaw test policies/ --require-tests -o junit', 'in continuous integration'],
    ],
    exits: [
      [0, 'every test passed, or there was none'],
      [1, 'a file or a test is invalid, or there was no test and --require-tests is given'],
      [3, 'a test failed'],
    ],
    next: 'nemoclaw can agent.yaml --write PATH, to see why an access is allowed or denied',
  });
}
