import { type Command, InvalidArgumentError } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';
import { withStateOption } from './state.ts';
import { type TrustValues, trustOf, withTrustOptions } from './trust.ts';
import type { TrustArguments } from './verify-bundle.ts';

export interface ApplyArguments {
  readonly command: 'apply';
  /** A folder is a bundle, anything else a blueprint. */
  readonly what: string;
  /** Null: as its blueprint is called. */
  readonly name: string | null;
  readonly state: string | null;
  /** Null where nobody's signature is asked for. */
  readonly trust: TrustArguments | null;
  /** The file of the signature; null for the one beside the bundle. */
  readonly signature: string | null;
  /** The only commit that is accepted; null for any. */
  readonly commit: string | null;
  /** Reasons for what is not as it should be; null where it is not accepted. */
  readonly allowUnsigned: string | null;
  readonly allowOlder: string | null;
  readonly allowDirty: string | null;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly place: PlaceArguments;
  readonly format: Format;
}

interface Values extends TrustValues, PlaceValues {
  readonly name?: string;
  readonly state?: string;
  readonly signature?: string;
  readonly commit?: string;
  readonly allowUnsigned?: string;
  readonly allowOlder?: string;
  readonly allowDirty?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly output: Format;
}

export function declareApply(program: Command, choose: (chosen: ApplyArguments) => void): void {
  const command = program
    .command('apply')
    .summary('put a bundle into force on this host, and back out by itself when it does not hold')
    .description(
      'Show what a bundle changes on this host, ask, and put it into force as a new generation of a sandbox. Probes then\n' +
        'try its boundaries in fresh sandboxes; when one is answered otherwise than written, the generation before is in\n' +
        'force again. A running sandbox gets the new egress table at once where that makes it neither less than the old\n' +
        'generation nor less than the new one; files, system calls and the process need a new start. Killed at any\n' +
        'moment, the old generation is in force or the new one, whole.',
    )
    .argument(
      '<bundle>',
      'a folder that compile wrote, with its signature and its sources beside it; or a blueprint',
    )
    .option('--name <name>', 'the sandbox (default: as the blueprint is called)');
  withTrustOptions(withStateOption(command))
    .option('--signature <file>', 'the signature (default: BUNDLE.sigstore.json or BUNDLE.sshsig.json)')
    .option('--commit <name>', 'accept this commit only; its whole name', commitName)
    .option('--allow-unsigned <reason>', 'accept what nobody vouches for; the reason is kept', reason)
    .option(
      '--allow-older <reason>',
      'accept a bundle from before one that was accepted; the reason is kept',
      reason,
    )
    .option(
      '--allow-dirty <reason>',
      'accept files that the signer says nobody committed; the reason is kept',
      reason,
    )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show the plan and change nothing')
    .addOption(formatOption());
  withPlaceOptions(command).action((what: string, values: Values) => {
    const trust = trustOf(values);
    if (typeof trust === 'string') command.error(`error: ${trust}`);
    else choose({ command: 'apply', what, trust, ...restOf(values) });
  });
  teach(command, {
    examples: [
      ['nemoclaw apply agent.bundle --key bundle-key.pub.pem', 'show, ask, apply, probe'],
      ['nemoclaw apply agent.bundle --key bundle-key.pub.pem --dry-run', 'what would change here'],
      [
        'nemoclaw apply agent.yaml --allow-unsigned "trying it out" --yes',
        'what lies in this folder, as it is',
      ],
    ],
    exits: [
      [0, 'in force and probed; with --dry-run: the plan is shown'],
      [
        1,
        'there is no bundle, no signature, no sources or no key that can be read, or the blueprint is invalid',
      ],
      [
        3,
        'not accepted: unsigned, by somebody else, changed, older, of another sandbox; or the answer was not yes',
      ],
      [4, 'this host cannot enforce it, or a probe failed: the generation before is in force again'],
    ],
    next: 'nemoclaw run --name NAME -- COMMAND; nemoclaw status --name NAME',
  });
}

function restOf(values: Values) {
  return {
    name: values.name ?? null,
    state: values.state ?? null,
    signature: values.signature ?? null,
    commit: values.commit ?? null,
    allowUnsigned: values.allowUnsigned ?? null,
    allowOlder: values.allowOlder ?? null,
    allowDirty: values.allowDirty ?? null,
    yes: values.yes === true,
    dryRun: values.dryRun === true,
    place: placeOf(values),
    format: values.output,
  };
}

const LONGEST_REASON = 500;

/** Why something is accepted that should not be; kept with what was applied. */
export function reason(text: string): string {
  if (text.trim() === '' || text.length > LONGEST_REASON) {
    throw new InvalidArgumentError(`Give a reason of at most ${LONGEST_REASON} characters.`);
  }
  return text;
}

function commitName(text: string): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) {
    throw new InvalidArgumentError('Give the whole name, as `git rev-parse` prints it.');
  }
  return text;
}
