import type { Command } from 'commander';
import { type Format, failOnOption, formatOption, type TurnWord } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface SimulateArguments {
  readonly command: 'simulate';
  /** The changed blueprint. */
  readonly path: string;
  /** The audit log, or `-`. */
  readonly log: string;
  /** The blueprint to compare with; null for the verdicts that were recorded. */
  readonly old: string | null;
  readonly skipDamaged: boolean;
  /** Which changes make the answer no; null for none. */
  readonly failOn: TurnWord | null;
  readonly format: Format;
  readonly place: PlaceArguments;
}

interface Values extends PlaceValues {
  readonly log: string;
  readonly old?: string;
  readonly skipDamaged?: boolean;
  readonly failOn?: TurnWord;
  readonly output: Format;
}

export function declareSimulate(program: Command, choose: (chosen: SimulateArguments) => void): void {
  const command = program
    .command('simulate')
    .summary('replay an audit log against a changed blueprint')
    .description(
      'Replay the accesses of a recorded audit log against a changed blueprint: which would now be\n' +
        'denied, which would now be allowed, how often they happened, and which entry decides. Grants\n' +
        'that end are judged at the time of each access. The log is read as a stream, of any size.\n' +
        "Give --workdir and --home as the agent had them, so that the blueprint's paths are the log's.",
    )
    .argument('<blueprint>', 'the changed blueprint')
    .requiredOption('--log <file>', 'the audit log, one event a line, or - for standard input')
    .option('--old <blueprint>', 'compare with what this one decides, in place of the recorded verdicts')
    .option('--skip-damaged', 'go on although lines hold no event or are missing, and say so')
    .addOption(failOnOption())
    .addOption(formatOption());
  withPlaceOptions(command).action((path: string, values: Values) => {
    const { log, old, skipDamaged, failOn, output, ...place } = values;
    if ([path, log, old].filter((one) => one === '-').length > 1) {
      command.error('error: standard input can be only one of the files');
    }
    choose({
      command: 'simulate',
      path,
      log,
      old: old ?? null,
      skipDamaged: skipDamaged === true,
      failOn: failOn ?? null,
      format: output,
      place: placeOf(place),
    });
  });
  teach(command, {
    examples: [
      [
        'nemoclaw simulate --log audit.jsonl agent.yaml',
        'would anything that happened come out differently?',
      ],
      [
        'nemoclaw simulate --log audit.jsonl agent.yaml --fail-on deny',
        'for CI: exit 3 when work would break',
      ],
      ['nemoclaw simulate --log audit.jsonl new.yaml --old old.yaml', 'two blueprints over one log'],
      ['nemoclaw simulate --log part.jsonl --skip-damaged new.yaml', 'a part of a log'],
    ],
    exits: [
      [0, 'replayed; with --fail-on: nothing changes in that way'],
      [1, 'a blueprint is invalid, or the log cannot be read, or is not what was written'],
      [3, 'with --fail-on: an access would change its verdict in that way'],
    ],
    next: 'nemoclaw report agent.yaml, for all that the agent could do',
  });
}
