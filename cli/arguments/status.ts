import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import type { SandboxValues } from './sandbox.ts';
import { withStateOption } from './state.ts';

export interface StatusArguments {
  readonly command: 'status';
  /** Null for every sandbox of this user. */
  readonly name: string | null;
  readonly state: string | null;
  readonly format: Format;
}

export function declareStatus(program: Command, choose: (chosen: StatusArguments) => void): void {
  const command = program
    .command('status')
    .summary('say whether a sandbox is what was applied, by what the kernel says of it')
    .description(
      'Hold what should be in force against what is: the files of the generation, the egress table that the gateway has,\n' +
        'and of each process in the sandbox its seccomp mode and filters, no_new_privs, capabilities, users, namespaces\n' +
        'and network interfaces. A witness in the sandbox says which processes are in its Landlock domain; what that\n' +
        'holds probes show, and when they were made is said. Each difference is named. Permissions that somebody took\n' +
        'without a review are shown until they end.',
    )
    .option('--name <name>', 'one sandbox (default: all of yours)');
  withStateOption(command)
    .addOption(formatOption())
    .action(({ name, state, output }: SandboxValues & { readonly output: Format }) =>
      choose({ command: 'status', name: name ?? null, state: state ?? null, format: output }),
    );
  teach(command, {
    examples: [
      ['nemoclaw status', 'every sandbox of this user'],
      ['nemoclaw status --name coding-agent -o json', 'one, for a program that watches'],
    ],
    exits: [
      [0, 'everything is as it was applied'],
      [1, 'there is no such sandbox, or none, or nothing was applied to it'],
      [3, 'something drifted, or waits for a new process'],
      [4, 'something is not enforced'],
    ],
    next: 'nemoclaw apply BUNDLE --name NAME, or end the sandbox and start it again',
  });
}
