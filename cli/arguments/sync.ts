import { type Command, InvalidArgumentError } from 'commander';
import { reason } from './apply.ts';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';
import { type SandboxArguments, type SandboxValues, sandboxOf, withSandboxOptions } from './sandbox.ts';

export interface SyncArguments extends SandboxArguments {
  readonly command: 'sync';
  /** Address of the repository. */
  readonly repository: string;
  readonly branch: string;
  /** The blueprint as seen from the top of the repository. */
  readonly path: string;
  readonly allowedSigners: string;
  /** The only signer that counts; null for each of the file. */
  readonly identity: string | null;
  /** Milliseconds between two looks; null for one look. */
  readonly every: number | null;
  /** Why a branch may go elsewhere than forward; null where it may not. */
  readonly allowRewritten: string | null;
  readonly place: PlaceArguments;
  readonly format: Format;
}

interface Values extends SandboxValues, PlaceValues {
  readonly branch: string;
  readonly path: string;
  readonly allowedSigners: string;
  readonly identity?: string;
  readonly once?: boolean;
  readonly every?: number;
  readonly allowRewritten?: string;
  readonly output: Format;
}

export function declareSync(program: Command, choose: (chosen: SyncArguments) => void): void {
  const command = program
    .command('sync')
    .summary('follow a branch: apply each signed commit whose lock file is what it compiles to')
    .description(
      'Fetch a branch of a git repository into a bare mirror, which is never checked out. The commit at its end is\n' +
        'accepted when it, or an annotated tag on it, is signed by an allowed signer, when it descends from the one that\n' +
        'was accepted before, and when the blueprint compiles for this host to every byte that the committed lock file\n' +
        'names. It is then applied like a bundle, without asking. Any other commit leaves what is in force as it is.',
    )
    .argument('<repository>', 'file:///PATH, git://, https:// or ssh:// address, or USER@HOST:PATH')
    .option('--branch <branch>', 'what is followed', 'main')
    .option('--path <file>', 'the blueprint, as seen from the top of the repository', 'agent.yaml')
    .requiredOption('--allowed-signers <file>', 'who may sign with which key, as for git and ssh-keygen(1)')
    .option('--identity <name>', 'the only one of them that counts')
    .option('--once', 'look once (default)')
    .option('--every <time>', 'look again and again, such as 60s, 5m or 1h', interval)
    .option(
      '--allow-rewritten <reason>',
      'accept a branch that does not go on from what was accepted; the reason is kept',
      reason,
    );
  withPlaceOptions(withSandboxOptions(command).addOption(formatOption())).action(
    (repository: string, values: Values) => {
      if (values.once === true && values.every !== undefined) command.error('error: give --once or --every');
      choose({
        command: 'sync',
        ...sandboxOf(values, command),
        ...{ repository, branch: values.branch, path: values.path },
        allowedSigners: values.allowedSigners,
        identity: values.identity ?? null,
        every: values.every ?? null,
        allowRewritten: values.allowRewritten ?? null,
        place: placeOf(values),
        format: values.output,
      });
    },
  );
  teach(command, {
    examples: [
      [
        'nemoclaw sync https://git.example.com/agents.git --name coding-agent --allowed-signers signers',
        'look once',
      ],
      [
        'nemoclaw sync file:///srv/agents.git --name coding-agent --allowed-signers signers --every 60s',
        'as a service',
      ],
    ],
    exits: [
      [0, 'the end of the branch is in force'],
      [1, 'the branch cannot be fetched or the blueprint is invalid; what was accepted stays in force'],
      [
        3,
        'the commit is not accepted: not signed, rewritten, another lock file; what was accepted stays in force',
      ],
      [4, 'this host cannot enforce it, or a probe failed: the generation before is in force again'],
    ],
    next: 'nemoclaw status --name NAME',
  });
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

function interval(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError('Write a number with s, m or h.');
  return Number(number) * UNITS[unit]!;
}
