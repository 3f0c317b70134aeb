import { type Command, InvalidArgumentError, Option } from 'commander';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';
import { parseExpiry } from '../../compiler/ir/lower/expiry.ts';
import { loginIn } from '../../runtime/approvals/github/login.ts';
import { WIDTHS, type Width } from '../proposals/widths.ts';
import { type Format, formatOption } from './choices.ts';
import { type DeliveryArguments, type DeliveryValues, deliveryOf, withDeliveryOptions } from './delivery.ts';
import { durationUpTo } from './duration.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';
import { type StateArguments, withStateOption } from './state.ts';

export interface EgressProposeArguments extends StateArguments, DeliveryArguments {
  readonly command: 'egress';
  readonly action: 'propose';
  /** At least one. */
  readonly ids: readonly string[];
  /** Sides of the entry that are to be wider than what was asked for. */
  readonly widths: readonly Width[];
  /** A file of the repository; null for the blueprint that is called as the sandbox. */
  readonly blueprint: string | null;
  /** Null for whom git names. */
  readonly owner: string | null;
  readonly reason: string | null;
  readonly ticket: string | null;
  /** The account that is to approve it, as the grant will say; null where the grant says nobody. */
  readonly approver: string | null;
  /** A day or a time as blueprints have it; null for `span` from now. */
  readonly expires: string | null;
  /** Milliseconds; null for `USUAL_SPAN`. */
  readonly span: number | null;
  readonly place: PlaceArguments;
  readonly format: Format;
}

interface Values extends PlaceValues, DeliveryValues {
  readonly widen?: readonly Width[];
  readonly blueprint?: string;
  readonly owner?: string;
  readonly reason?: string;
  readonly ticket?: string;
  readonly approver?: string;
  readonly expires?: string;
  readonly for?: number;
  readonly state?: string;
  readonly sandbox?: string;
  readonly output: Format;
}

const DAY = 86_400_000;
/** How long a grant holds where nothing is said, in milliseconds. */
export const USUAL_SPAN = 30 * DAY;
const LONGEST_SPAN = 730 * DAY;

/** What a proposal is where nothing else is said. */
export const USUAL_PROPOSAL: Omit<EgressProposeArguments, 'ids' | 'sandbox' | 'state' | 'format'> = {
  command: 'egress',
  action: 'propose',
  widths: [],
  blueprint: null,
  owner: null,
  reason: null,
  ticket: null,
  approver: null,
  expires: null,
  span: null,
  base: null,
  remote: null,
  guardrails: 'default',
  github: { githubUrl: null, tokenFile: null, pullRequest: true },
  dryRun: false,
  place: { target: null, workdir: null, home: null, variables: {} },
};

export function declareEgressPropose(
  egress: Command,
  choose: (chosen: EgressProposeArguments) => void,
): void {
  const command = egress
    .command('propose')
    .description(
      'ask for what requests want where blueprints are reviewed: a commit on a branch of its own that adds the narrowest\n' +
        'entry to the blueprint, and a pull request or a patch. The working tree, the index and your branches stay as they are',
    )
    .argument('<request...>', 'ids, or enough of their first digits')
    .addOption(
      new Option(
        '--widen <side...>',
        `a wider entry than what was asked for: ${WIDTHS.join(', ')}`,
      ).argParser(widths),
    )
    .option('--blueprint <file>', 'the blueprint (default: the one that is called as the sandbox)')
    .option('--owner <who>', 'who answers for it (default: the email address that git knows)', line)
    .option('--reason <text>', 'why it is needed', line)
    .option('--ticket <ticket>', 'where it was discussed', line)
    .addOption(
      new Option(
        '--approver <account>',
        'who is to approve it, as @login; the gate holds that against the reviews, and the audit log names them',
      ).argParser(account),
    )
    .addOption(
      new Option('--expires <time>', 'the last day, or the time at which it ends')
        .argParser(expiry)
        .conflicts('for'),
    )
    .addOption(
      new Option('--for <time>', 'how long it holds, such as 7d (default: 30d)').argParser(
        durationUpTo(LONGEST_SPAN, 'two years'),
      ),
    )
    .option('--sandbox <name>', 'look only there')
    .addOption(formatOption());
  withPlaceOptions(withStateOption(withDeliveryOptions(command))).action((ids: string[], values: Values) => {
    if (values.sandbox !== undefined && values.state !== undefined) {
      command.error('error: --state is one sandbox already; leave out --sandbox');
    }
    choose(argumentsOf(ids, values));
  });
  teach(command, {
    examples: [
      ["nemoclaw egress propose req-0123 --reason 'release notes'", 'the narrowest entry, for 30 days'],
      ['nemoclaw egress propose req-0123 --approver @ann', 'with the name of who is to approve it'],
      ['nemoclaw egress propose req-0123 req-4567 --dry-run', 'what it would be; pushes nothing'],
      [
        'nemoclaw egress propose req-0123 --widen path method --for 7d',
        'more than was asked for, shown exactly',
      ],
    ],
    exits: [
      [0, 'proposed, open already, or allowed by the blueprint already'],
      [1, 'a request, the blueprint, the remote or the token is not right'],
      [
        3,
        'the answer is no: an entry denies it, the remote or GitHub refuses, or a branch has more than is asked for',
      ],
    ],
    next: 'have it reviewed and merged',
  });
}

function argumentsOf(ids: readonly string[], values: Values): EgressProposeArguments {
  const { widen, blueprint, owner, reason, ticket, approver, expires } = values;
  return {
    command: 'egress',
    action: 'propose',
    ids,
    widths: widen ?? [],
    blueprint: blueprint ?? null,
    owner: owner ?? null,
    reason: reason ?? null,
    ticket: ticket ?? null,
    approver: approver ?? null,
    expires: expires ?? null,
    span: values.for ?? null,
    ...deliveryOf(values),
    place: placeOf(values),
    sandbox: values.sandbox ?? null,
    state: values.state ?? null,
    format: values.output,
  };
}

function widths(word: string, earlier: readonly Width[] = []): readonly Width[] {
  const found = WIDTHS.find((one) => one === word);
  if (found !== undefined) return [...earlier, found];
  const nearest = nearestWord(word, WIDTHS);
  throw new InvalidArgumentError(
    nearest === null ? `Allowed choices are ${WIDTHS.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}

const LONGEST_LINE = 512;

function line(text: string): string {
  if (text.trim() === '' || /\p{Cc}/u.test(text)) throw new InvalidArgumentError('Write one line of text.');
  if (text.length > LONGEST_LINE) throw new InvalidArgumentError(`Write at most ${LONGEST_LINE} characters.`);
  return text;
}

function account(text: string): string {
  if (loginIn(text) === null) throw new InvalidArgumentError('Give an account such as @ann.');
  return text;
}

function expiry(text: string): string {
  if (parseExpiry(text) === null) {
    throw new InvalidArgumentError('Give a day such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z.');
  }
  return text;
}
