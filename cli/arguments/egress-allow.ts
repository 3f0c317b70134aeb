import { type Command, Option } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { durationUpTo } from './duration.ts';
import { teach } from './help-text.ts';
import { type StateArguments, withStateOption } from './state.ts';

export interface EgressAllowArguments extends StateArguments {
  readonly command: 'egress';
  readonly action: 'allow';
  readonly id: string;
  /** Milliseconds. */
  readonly span: number;
  readonly reason: string;
  /** Whether it is proposed in retrospect, in the repository of the current folder. */
  readonly propose: boolean;
  readonly format: Format;
}

interface Values {
  readonly for: number;
  readonly reason?: string;
  readonly propose?: boolean;
  readonly state?: string;
  readonly sandbox?: string;
  readonly output: Format;
}

const LONGEST = 86_400_000;

/** @param reason reads the text of a reason */
export function declareEgressAllow(
  egress: Command,
  choose: (chosen: EgressAllowArguments) => void,
  reason: (text: string) => string,
): void {
  const command = egress
    .command('allow')
    .description(
      'break the glass: let one request through for a while without a review, on its sandbox alone. It ends by itself, also\n' +
        'when everything is killed meanwhile, stands in the audit log with who did it and why, and is proposed for review in the\n' +
        'repository of the current folder',
    )
    .argument('<request>', 'its id, or enough of its first digits')
    .addOption(
      new Option('--for <time>', 'how long, such as 15m; a day at most')
        .argParser(durationUpTo(LONGEST, 'a day'))
        .makeOptionMandatory(),
    )
    .option('--reason <text>', 'why it cannot wait for a review', reason)
    .option('--no-propose', 'open no proposal for it')
    .option('--sandbox <name>', 'look only there')
    .addOption(formatOption());
  withStateOption(command).action((id: string, { output, propose, ...values }: Values) => {
    if (values.sandbox !== undefined && values.state !== undefined) {
      command.error('error: --state is one sandbox already; leave out --sandbox');
    }
    choose({
      command: 'egress',
      action: 'allow',
      id,
      span: values.for,
      reason: values.reason ?? 'no reason was given',
      propose: propose !== false,
      sandbox: values.sandbox ?? null,
      state: values.state ?? null,
      format: output,
    });
  });
  teach(command, {
    examples: [
      ["nemoclaw egress allow req-0123 --for 15m --reason 'outage, OPS-7'", 'for a quarter of an hour'],
      [
        "nemoclaw egress allow req-0123 --for 2h --reason 'one release' --no-propose",
        'what nobody will need again',
      ],
    ],
    exits: [
      [0, 'let through; a warning says so where it could not be proposed'],
      [1, 'there is no such request, or it cannot be let through'],
      [3, 'the answer is no: an entry of the blueprint denies it'],
    ],
    next: 'nemoclaw egress list, which warns until it has ended',
  });
}
