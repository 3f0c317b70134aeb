import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';

/** With what a bundle is signed. */
export type SigningArguments =
  | { readonly kind: 'key'; readonly path: string; readonly passphraseFile: string | null }
  | { readonly kind: 'ssh'; readonly path: string };

export interface SignArguments {
  readonly command: 'sign';
  readonly bundle: string;
  readonly signer: SigningArguments;
  /** The blueprint that was compiled; null for the one beside the bundle that its manifest names. */
  readonly blueprint: string | null;
  readonly commit: string;
  /** The address of the repository; null for the one that git knows as `origin`. */
  readonly repository: string | null;
  readonly allowDirty: boolean;
  /** The file of the signature; null for the one beside the bundle. */
  readonly out: string | null;
  readonly format: Format;
}

interface Values {
  readonly key?: string;
  readonly sshKey?: string;
  readonly passphraseFile?: string;
  readonly blueprint?: string;
  readonly commit: string;
  readonly repository?: string;
  readonly allowDirty?: boolean;
  readonly out?: string;
  readonly output: Format;
}

export function declareSign(program: Command, choose: (chosen: SignArguments) => void): void {
  const command = program
    .command('sign')
    .summary('sign a bundle with the commit that it is compiled from')
    .description(
      'Sign a bundle: every file of it, its inputs, the tool and the target, and the commit that it was compiled\n' +
        'from. The inputs must be in that commit as they were compiled. The signature is one file beside the bundle:\n' +
        'with --key an in-toto statement in a DSSE envelope in a Sigstore bundle, with --ssh-key the same envelope\n' +
        'signed by ssh-keygen. A key is made with openssl genpkey -algorithm ed25519 -out bundle-key.pem, and its\n' +
        'public half, for those who verify, with openssl pkey -in bundle-key.pem -pubout.',
    )
    .argument('<bundle>', 'a folder that compile wrote')
    .option('--key <file>', 'private key in PEM: Ed25519, ECDSA P-256 or P-384; open to you alone')
    .option(
      '--passphrase-file <file>',
      'what opens that key: a private file, /dev/fd/N, or - for standard input (else NEMOCLAW_KEY_PASSPHRASE)',
    )
    .option('--ssh-key <file>', 'key of OpenSSH, or the public one of a key that an agent holds')
    .option('--blueprint <file>', 'the blueprint (default: the one beside the bundle)')
    .option('--commit <revision>', 'the commit that it was compiled from', 'HEAD')
    .option('--repository <address>', 'where others find the repository (default: that of the remote origin)')
    .option('--allow-dirty', 'sign although an input is not in the commit; the statement says which')
    .option('--out <file>', 'where the signature goes (default: BUNDLE.sigstore.json or BUNDLE.sshsig.json)')
    .addOption(formatOption())
    .action((bundle: string, values: Values) => {
      const signer = signerOf(values);
      if (typeof signer === 'string') command.error(`error: ${signer}`);
      else choose({ command: 'sign', bundle, signer, ...restOf(values) });
    });
  teach(command, {
    examples: [
      ['nemoclaw sign agent.bundle --key bundle-key.pem', 'as compiled from HEAD'],
      ['nemoclaw sign agent.bundle --ssh-key ~/.ssh/id_ed25519', 'with the key that signs commits'],
      ['nemoclaw sign agent.bundle --key bundle-key.pem --commit v1.2.0', 'as compiled from a tag'],
    ],
    exits: [
      [0, 'signed'],
      [1, 'no bundle, no commit or no key that can be used'],
      [3, 'an input is not in the commit as it was compiled'],
    ],
    next: 'nemoclaw verify-bundle agent.bundle --key bundle-key.pub.pem',
  });
}

/** With what to sign, or what is wrong with the options. */
function signerOf({ key, sshKey, passphraseFile }: Values): SigningArguments | string {
  if ((key === undefined) === (sshKey === undefined)) return 'give one of --key and --ssh-key';
  if (key !== undefined) return { kind: 'key', path: key, passphraseFile: passphraseFile ?? null };
  if (passphraseFile !== undefined) return '--passphrase-file goes with --key; ssh-keygen asks by itself';
  return { kind: 'ssh', path: sshKey! };
}

function restOf({ blueprint, commit, repository, allowDirty, out, output }: Values) {
  return {
    blueprint: blueprint ?? null,
    commit,
    repository: repository ?? null,
    allowDirty: allowDirty === true,
    out: out ?? null,
    format: output,
  };
}
