import { type Command, InvalidArgumentError } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { defaultSubcommand } from './default-subcommand.ts';
import { declareEgressAllow, type EgressAllowArguments } from './egress-allow.ts';
import { declareEgressExpire, type EgressExpireArguments } from './egress-expire.ts';
import { declareEgressPropose, type EgressProposeArguments } from './egress-propose.ts';
import { teach } from './help-text.ts';
import { type StateArguments, withStateOption } from './state.ts';

export type EgressArguments =
  | EgressListArguments
  | EgressShowArguments
  | EgressDenyArguments
  | EgressProposeArguments
  | EgressAllowArguments
  | EgressExpireArguments;

export interface EgressListArguments extends StateArguments {
  readonly command: 'egress';
  readonly action: 'list';
  /** Those that were answered as well. */
  readonly all: boolean;
  readonly format: Format;
}

export interface EgressShowArguments extends StateArguments {
  readonly command: 'egress';
  readonly action: 'show';
  readonly id: string;
  readonly format: Format;
}

export interface EgressDenyArguments extends StateArguments {
  readonly command: 'egress';
  readonly action: 'deny';
  /** At least one. */
  readonly ids: readonly string[];
  readonly reason: string;
  readonly format: Format;
}

interface Values {
  readonly state?: string;
  readonly sandbox?: string;
  readonly output: Format;
}

const LONGEST_REASON = 1024;

export function declareEgress(program: Command, choose: (chosen: EgressArguments) => void): void {
  const egress = program
    .command('egress')
    .summary('see and answer requests of refused connections')
    .description(
      'Every refused connection or request of a sandbox becomes a request, or joins the one of the same access: one host,\n' +
        'port and program, and for HTTP one method and path. A person sees them here, proposes them where blueprints are\n' +
        'reviewed, says no for good, or lets one through for a while.',
    )
    .showHelpAfterError('See nemoclaw egress --help.');
  const list = declareList(egress, choose);
  for (const command of [egress, list]) {
    learn(command, [
      ['nemoclaw egress list', 'what waits for a person, of all sandboxes'],
      ['nemoclaw egress list --sandbox support-agent --all', 'of one, with what was answered'],
    ]);
  }
  learn(declareShow(egress, choose), [
    ['nemoclaw egress show req-0123456789ab', 'who asked, how often, and why it is refused'],
    ['nemoclaw egress show req-0123 -o json', 'by its first digits, for a program to read'],
  ]);
  declareEgressPropose(egress, choose);
  declareEgressAllow(egress, choose, reason);
  declareEgressExpire(egress, choose);
  learn(declareDeny(egress, choose), [
    [
      "nemoclaw egress deny req-0123 --reason 'no telemetry'",
      'say no for good; refusals then name you and why',
    ],
    [
      "nemoclaw egress deny req-0123 req-4567 --reason 'unknown hosts'",
      'to several, or to none where one is not there',
    ],
  ]);
}

function learn(command: Command, examples: readonly (readonly [line: string, meaning: string])[]): void {
  teach(command, {
    examples,
    exits: [
      [0, 'shown, or answered'],
      [1, 'there is no such request or sandbox, or its state cannot be read'],
    ],
    next: 'nemoclaw logs SANDBOX, for each refusal by itself',
  });
}

function declareList(egress: Command, choose: (chosen: EgressArguments) => void): Command {
  const command = defaultSubcommand(egress, 'list')
    .description('list the requests that wait; also without a command')
    .option('--sandbox <name>', 'only of this one')
    .option('--all', 'also those that were answered')
    .addOption(formatOption());
  return withStateOption(command).action(({ all, ...values }: Values & { all?: boolean }) =>
    choose({ command: 'egress', action: 'list', all: all === true, ...commonOf(command, values) }),
  );
}

function declareShow(egress: Command, choose: (chosen: EgressArguments) => void): Command {
  const command = egress
    .command('show')
    .description('show all that is known of one request')
    .argument('<request>', 'its id, or enough of its first digits')
    .option('--sandbox <name>', 'look only there')
    .addOption(formatOption());
  return withStateOption(command).action((id: string, values: Values) =>
    choose({ command: 'egress', action: 'show', id, ...commonOf(command, values) }),
  );
}

function declareDeny(egress: Command, choose: (chosen: EgressArguments) => void): Command {
  const command = egress
    .command('deny')
    .description('say no to requests for good; who asks again is told who denied it and why')
    .argument('<request...>', 'ids, or enough of their first digits')
    .requiredOption('--reason <text>', 'why; it is shown to the agent as well', reason)
    .option('--sandbox <name>', 'look only there')
    .addOption(formatOption());
  return withStateOption(command).action((ids: string[], values: Values & { reason: string }) => {
    const { reason: why, ...more } = values;
    choose({ command: 'egress', action: 'deny', ids, reason: why, ...commonOf(command, more) });
  });
}

function commonOf(command: Command, { sandbox, state, output }: Values) {
  if (sandbox !== undefined && state !== undefined) {
    command.error('error: --state is one sandbox already; leave out --sandbox');
  }
  return { sandbox: sandbox ?? null, state: state ?? null, format: output };
}

function reason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Say why.');
  if (text.length > LONGEST_REASON) {
    throw new InvalidArgumentError(`Say it in at most ${LONGEST_REASON} characters.`);
  }
  return text;
}
