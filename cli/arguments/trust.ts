import type { Command } from 'commander';
import type { TrustArguments } from './verify-bundle.ts';

/** Whose signature counts, as commander gives it. */
export interface TrustValues {
  readonly key?: readonly string[];
  readonly allowedSigners?: string;
  readonly identity?: string;
}

export function withTrustOptions(command: Command): Command {
  return command
    .option('--key <file>', 'public key in PEM that may have signed it; may be repeated', collect)
    .option('--allowed-signers <file>', 'or: who may sign with which key, as for git and ssh-keygen(1)')
    .option('--identity <name>', 'which of them must have signed it');
}

/** Whom to trust; null where nobody was named; or what is wrong with the options. */
export function trustOf({ key, allowedSigners, identity }: TrustValues): TrustArguments | null | string {
  if (key !== undefined && allowedSigners !== undefined) return 'give either --key or --allowed-signers';
  if (allowedSigners === undefined) {
    if (identity !== undefined) return '--identity goes with --allowed-signers';
    return key === undefined ? null : { kind: 'keys', paths: key };
  }
  if (identity === undefined || identity === '') return '--allowed-signers needs --identity';
  return { kind: 'ssh', allowedSigners, identity };
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
