import { type Command, InvalidArgumentError } from 'commander';
import { type FindingsFormat, findingsFormatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type TrustValues, trustOf, withTrustOptions } from './trust.ts';

/** Whose signature counts. */
export type TrustArguments =
  | { readonly kind: 'keys'; readonly paths: readonly string[] }
  | { readonly kind: 'ssh'; readonly allowedSigners: string; readonly identity: string };

export interface VerifyBundleArguments {
  readonly command: 'verify-bundle';
  readonly bundle: string;
  readonly trust: TrustArguments;
  /** The file of the signature; null for the one beside the bundle. */
  readonly signature: string | null;
  /** The only commit that is accepted, by its whole name; null for any. */
  readonly commit: string | null;
  /** The signature of a bundle that was accepted before; null for none. */
  readonly notOlderThan: string | null;
  readonly allowDirty: boolean;
  readonly format: FindingsFormat;
}

interface Values extends TrustValues {
  readonly signature?: string;
  readonly commit?: string;
  readonly notOlderThan?: string;
  readonly allowDirty?: boolean;
  readonly output: FindingsFormat;
}

export function declareVerifyBundle(program: Command, choose: (chosen: VerifyBundleArguments) => void): void {
  const command = program
    .command('verify-bundle')
    .summary('prove who signed a bundle, from which commit, and that it is whole')
    .description(
      'Verify the signature of a bundle, and that its folder holds every file that was signed, byte for byte,\n' +
        'and nothing else. Needs no network. Only the keys that you give count; what comes beside the bundle is\n' +
        'not believed.',
    )
    .argument('<bundle>', 'a folder that compile wrote');
  withTrustOptions(command)
    .option('--signature <file>', 'the signature (default: BUNDLE.sigstore.json or BUNDLE.sshsig.json)')
    .option('--commit <name>', 'accept this commit only; its whole name', commitName)
    .option('--not-older-than <file>', 'the signature that was accepted last; refuse a bundle from before it')
    .option('--allow-dirty', 'accept a bundle that the signer says is not all from the commit')
    .addOption(findingsFormatOption())
    .action((bundle: string, values: Values) => {
      const trust = trustOf(values) ?? 'give either --key or --allowed-signers';
      if (typeof trust === 'string') command.error(`error: ${trust}`);
      else choose({ command: 'verify-bundle', bundle, trust, ...restOf(values) });
    });
  teach(command, {
    examples: [
      ['nemoclaw verify-bundle agent.bundle --key bundle-key.pub.pem', 'by a key'],
      [
        'nemoclaw verify-bundle agent.bundle --allowed-signers signers --identity ops@example.com',
        'by a key of OpenSSH',
      ],
      [
        'nemoclaw verify-bundle agent.bundle --key k.pem --not-older-than last.sigstore.json',
        'and it is no replay',
      ],
    ],
    exits: [
      [0, 'it is whole and signed by whom you trust'],
      [1, 'there is no bundle, no signature or no key that can be read'],
      [3, 'it is not: changed, signed by somebody else, older, or of another commit'],
    ],
    next: 'nemoclaw inspect agent.bundle',
  });
}

function restOf({ signature, commit, notOlderThan, allowDirty, output }: Values) {
  return {
    signature: signature ?? null,
    commit: commit ?? null,
    notOlderThan: notOlderThan ?? null,
    allowDirty: allowDirty === true,
    format: output,
  };
}

function commitName(text: string): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) {
    throw new InvalidArgumentError('Give the whole name, as `git rev-parse` prints it.');
  }
  return text;
}
