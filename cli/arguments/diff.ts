import { type Command, InvalidArgumentError } from 'commander';
import { choice } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export type DiffFormat = 'text' | 'markdown' | 'html' | 'json' | 'sarif' | 'github';

/** What makes the answer a no. `inconclusive` is a part of `widening`, and everything but equal is one of `any`. */
export const FAILURES = ['widening', 'any', 'inconclusive'] as const;
export type Failure = (typeof FAILURES)[number];

export interface DiffArguments {
  readonly command: 'diff';
  readonly what:
    | { readonly kind: 'files'; readonly old: string; readonly next: string }
    /** Without a range: what is staged, beside HEAD. */
    | { readonly kind: 'git'; readonly range: string | null; readonly paths: readonly string[] };
  readonly format: DiffFormat;
  readonly place: PlaceArguments;
  readonly failOn: readonly Failure[];
  /** 0 for no difference and 2 for one, as `terraform plan` has it. */
  readonly detailedExitCode: boolean;
  readonly showsLines: boolean;
  /** Sets that are listed of each policy and direction; null for all. */
  readonly most: number | null;
}

interface Values extends PlaceValues {
  readonly output: DiffFormat;
  readonly git?: string;
  readonly staged?: boolean;
  readonly failOn?: readonly Failure[];
  readonly detailedExitcode?: boolean;
  readonly textDiff: boolean;
  readonly most?: number;
}

const FORMATS = ['text', 'markdown', 'html', 'json', 'sarif', 'github'] as const;

export function declareDiff(program: Command, choose: (chosen: DiffArguments) => void): void {
  const command = program
    .command('diff')
    .summary('say what a change lets an agent do that it could not do before')
    .description(
      'Compare two policies by what they mean: every access that one allows and the other does not, as exact sets\n' +
        'grouped by the entry that made the difference, worst first, each with an example. The lines that differ stand\n' +
        'below. With --git, every policy that a range of commits changes, or that extends something it changes, is\n' +
        'compared; with one commit alone, what lies in the folder; with --staged, what is to be committed.',
    )
    .argument(
      '[paths...]',
      'OLD and NEW, one of them may be -; with --git or --staged: files and folders to look at',
    )
    .addOption(choice<DiffFormat>('-o, --output <format>', 'format of the result', FORMATS))
    .option(
      '--git <range>',
      'BASE..HEAD; BASE...HEAD from their last common commit; BASE alone up to the folder',
    )
    .option('--staged', 'what is staged for the next commit, beside HEAD')
    .option('--fail-on <what>', `exit 3 on these: ${FAILURES.join(', ')}; a list, or repeated`, failures)
    .option('--detailed-exitcode', 'exit 0 for no difference in meaning, 1 for an error, 2 for a difference')
    .option('--no-text-diff', 'leave out the lines that differ')
    .option('--most <n>', 'list this many sets in each direction; json and sarif list all', positive);
  withPlaceOptions(command).action((paths: string[], values: Values) =>
    choose({
      command: 'diff',
      what: whatOf(paths, values, command),
      format: values.output,
      place: placeOf(values),
      failOn: values.failOn ?? [],
      detailedExitCode: values.detailedExitcode === true,
      showsLines: values.textDiff,
      most: values.most ?? null,
    }),
  );
  teach(command, {
    examples: [
      ['nemoclaw diff old.yaml agent.yaml', 'what the new file allows and the old one does not'],
      [
        'nemoclaw diff --git main...HEAD --fail-on widening',
        'in CI: fail when a pull request widens a policy',
      ],
      ['nemoclaw diff --staged --fail-on widening', 'in a pre-commit hook'],
    ],
    exits: [
      [0, 'compared; with --detailed-exitcode: nothing changed in meaning'],
      [1, 'a policy is invalid or cannot be read, or git has no such revision'],
      [2, 'with --detailed-exitcode: there is a difference'],
      [3, 'what --fail-on names was found'],
    ],
    next: 'nemoclaw compile agent.yaml',
  });
}

function whatOf(
  paths: readonly string[],
  { git: range, staged }: Values,
  command: Command,
): DiffArguments['what'] {
  if (range !== undefined && staged === true) {
    command.error('error: --staged is about HEAD and takes no --git');
  }
  if (range !== undefined || staged === true) return { kind: 'git', range: range ?? null, paths };
  const [old, next, ...others] = paths;
  if (old === undefined || next === undefined || others.length > 0) {
    command.error(
      `error: give OLD and NEW, --git with a range, or --staged; there are ${paths.length} paths`,
    );
  }
  if (old === '-' && next === '-') command.error('error: only one of OLD and NEW can be standard input');
  return { kind: 'files', old, next };
}

function failures(text: string, earlier: readonly Failure[] = []): readonly Failure[] {
  const named = text.split(',').map((word) => {
    const found = FAILURES.find((one) => one === word.trim());
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${FAILURES.join(', ')}.`);
    return found;
  });
  return [...new Set([...earlier, ...named])];
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 on.');
  return Number(text);
}
