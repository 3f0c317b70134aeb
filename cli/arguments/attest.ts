import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type SandboxArguments, type SandboxValues, sandboxOf, withSandboxOptions } from './sandbox.ts';
import type { SigningArguments } from './sign.ts';

export interface AttestArguments extends SandboxArguments {
  readonly command: 'attest';
  readonly signer: SigningArguments;
  /** Null for `NAME.HOST.json` in the current folder. */
  readonly out: string | null;
  readonly format: Format;
}

interface Values extends SandboxValues {
  readonly key?: string;
  readonly sshKey?: string;
  readonly passphraseFile?: string;
  readonly out?: string;
  readonly output: Format;
}

export function declareAttest(program: Command, choose: (chosen: AttestArguments) => void): void {
  const command = program
    .command('attest')
    .summary('sign what this host enforces for a sandbox, and what it does not')
    .description(
      'Look at a sandbox as status does, and write a signed statement of it: commit, bundle, kernel, how each facet is held,\n' +
        'what is not enforced, when it was probed. It is an in-toto statement in a DSSE envelope, signed like a bundle.\n' +
        'What is not as applied is signed as well: the exit code says that.',
    )
    .option('--key <file>', 'private key of this host in PEM; open to you alone')
    .option('--passphrase-file <file>', 'what opens that key (else NEMOCLAW_KEY_PASSPHRASE)')
    .option('--ssh-key <file>', 'or: key of OpenSSH')
    .option('--out <file>', 'where the report goes (default: NAME.HOST.json)');
  withSandboxOptions(command)
    .addOption(formatOption())
    .action((values: Values) => {
      const { key, sshKey, passphraseFile = null, out = null, output } = values;
      if ((key === undefined) === (sshKey === undefined))
        command.error('error: give either --key or --ssh-key');
      const signer: SigningArguments =
        key === undefined ? { kind: 'ssh', path: sshKey! } : { kind: 'key', path: key, passphraseFile };
      choose({ command: 'attest', ...sandboxOf(values, command), signer, out, format: output });
    });
  teach(command, {
    examples: [['nemoclaw attest --name coding-agent --key host-key.pem', 'writes coding-agent.HOST.json']],
    exits: [
      [0, 'written, and everything is as applied'],
      [1, 'written: nothing was applied; or not written: the key cannot be used, or the file not be made'],
      [3, 'written: something drifted'],
      [4, 'written: something is not enforced'],
    ],
    next: 'nemoclaw fleet *.json --key host-key.pub.pem',
  });
}
