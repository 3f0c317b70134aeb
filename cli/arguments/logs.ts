import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type StateArguments, withStateOption } from './state.ts';

export interface LogsArguments extends StateArguments {
  readonly command: 'logs';
  readonly denied: boolean;
  /** Goes on as the log grows. */
  readonly follow: boolean;
  readonly format: Format;
}

interface Values {
  readonly state?: string;
  readonly denied?: boolean;
  readonly follow?: boolean;
  readonly output: Format;
}

export function declareLogs(program: Command, choose: (chosen: LogsArguments) => void): void {
  const command = program
    .command('logs')
    .summary('show what a sandbox asked for and what was decided')
    .description(
      'Show the decisions in the audit log of a sandbox, one a line: when, the verdict, the program, what it asked for,\n' +
        'the entry that decided, and for a refusal the request that it made or joined. The log is read as it is;\n' +
        'whether it is whole is not checked here.',
    )
    .argument('[sandbox]', 'its name, its state folder, or the folder of its log (with a /)')
    .option('--denied', 'only what was refused')
    .option('-f, --follow', 'go on as the log grows, until interrupted; with -o json one document a line')
    .addOption(formatOption());
  withStateOption(command).action((sandbox: string | undefined, values: Values) => {
    if ((sandbox === undefined) === (values.state === undefined)) {
      command.error('error: name one sandbox, or its state folder with --state');
    }
    choose({
      command: 'logs',
      sandbox: sandbox ?? null,
      state: values.state ?? null,
      denied: values.denied === true,
      follow: values.follow === true,
      format: values.output,
    });
  });
  teach(command, {
    examples: [
      ['nemoclaw logs support-agent', 'everything that was decided'],
      ['nemoclaw logs support-agent --denied', 'why something does not work'],
      ['nemoclaw logs support-agent -f --denied', 'refusals as they happen'],
      ['nemoclaw logs ./audit -o json', 'a log that was copied, for a program to read'],
    ],
    exits: [
      [0, 'shown'],
      [1, 'there is no such sandbox or log, or a line of the log is no event'],
    ],
    next: 'nemoclaw egress show REQUEST, for one that was refused',
  });
}
