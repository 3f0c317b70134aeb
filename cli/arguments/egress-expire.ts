import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { type DeliveryArguments, type DeliveryValues, deliveryOf, withDeliveryOptions } from './delivery.ts';
import { durationUpTo } from './duration.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface EgressExpireArguments extends DeliveryArguments {
  readonly command: 'egress';
  readonly action: 'expire';
  /** Files and folders of the repository; none for all of it. */
  readonly paths: readonly string[];
  /** Audit logs: folders, or files in their order. */
  readonly logs: readonly string[];
  /** A public key that has to vouch for them; null for none. */
  readonly key: string | null;
  /** Milliseconds; null where only the clock decides. */
  readonly unusedFor: number | null;
  /** Milliseconds. */
  readonly soon: number;
  /** Whether entries go that keep the agent from something. */
  readonly evenWidening: boolean;
  /** Whether all goes into one pull request, whoever owns it. */
  readonly together: boolean;
  /** Where patches and texts go when there is no pull request; null for the state folder of this user. */
  readonly out: string | null;
  readonly place: PlaceArguments;
  readonly format: Format;
}

interface Values extends PlaceValues, DeliveryValues {
  readonly log?: readonly string[];
  readonly key?: string;
  readonly unusedFor?: number;
  readonly soon: number;
  readonly evenWidening?: boolean;
  readonly together?: boolean;
  readonly out?: string;
  readonly output: Format;
}

const DAY = 86_400_000;
const USUAL_SOON = 7 * DAY;
const LONGEST = 730 * DAY;

export function declareEgressExpire(egress: Command, choose: (chosen: EgressExpireArguments) => void): void {
  const span = durationUpTo(LONGEST, 'two years');
  const command = egress
    .command('expire')
    .description(
      'take out of blueprints what has an end in the past and, by audit logs, what nobody used: a commit on a\n' +
        'branch of its own that is shown to only narrow, and a pull request or a patch for each group of owners.\n' +
        'What ends soon is listed. The working tree, the index and your branches stay as they are',
    )
    .argument('[paths...]', 'blueprints and folders of the repository (default: all of it)')
    .option(
      '--log <paths...>',
      'audit logs of the hosts: folders, or the files of one in their order',
      several,
    )
    .option('--key <file>', 'count only what this public key signed (audit-key.pub.pem)')
    .addOption(
      new Option(
        '--unused-for <time>',
        'also what was not used for so long, such as 30d; needs --log',
      ).argParser(span),
    )
    .addOption(
      new Option('--soon <time>', 'list what ends within that time')
        .argParser(span)
        .default(USUAL_SOON, '7d'),
    )
    .option('--even-widening', 'also take out what keeps the agent from something, and say so')
    .option('--together', 'one pull request for everything, whoever owns it')
    .option('--out <folder>', 'where a patch and a text to review are written without a pull request')
    .addOption(formatOption());
  withPlaceOptions(withDeliveryOptions(command)).action((paths: string[], values: Values) => {
    if (values.unusedFor !== undefined && values.log === undefined) {
      command.error('error: --unused-for needs --log: without a log nobody knows what was used');
    }
    if (values.key !== undefined && values.log === undefined) command.error('error: --key needs --log');
    choose(argumentsOf(paths, values));
  });
  teach(command, {
    examples: [
      ['nemoclaw egress expire --dry-run', 'what has ended, what ends soon; pushes nothing'],
      ['nemoclaw egress expire agents/', 'what has ended, by group of owners'],
      ['nemoclaw egress expire --log logs/* --unused-for 90d', 'and what no host used in 90 days'],
    ],
    exits: [
      [0, 'proposed, open already, or there is nothing to remove'],
      [1, 'a path, a lock file, a log, the remote or the token is not right'],
      [3, 'the answer is no: the remote or GitHub refuses'],
    ],
    next: 'have it reviewed and merged',
  });
}

function argumentsOf(paths: readonly string[], values: Values): EgressExpireArguments {
  const { log, key, unusedFor, soon, out } = values;
  return {
    command: 'egress',
    action: 'expire',
    paths,
    logs: log ?? [],
    key: key ?? null,
    unusedFor: unusedFor ?? null,
    soon,
    evenWidening: values.evenWidening === true,
    together: values.together === true,
    out: out ?? null,
    ...deliveryOf(values),
    place: placeOf(values),
    format: values.output,
  };
}

function several(path: string, earlier: readonly string[] = []): readonly string[] {
  // It is read twice: once to verify it, and once to see what was used.
  if (path === '-')
    throw new InvalidArgumentError('Give a folder or files; standard input can be read only once.');
  return [...earlier, path];
}
