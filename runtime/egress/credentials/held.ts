import { fstatSync, readSync } from 'node:fs';
import { Fields, integer, list, NotTheForm, object, text } from '../../../compiler/ir/audit-event/fields.ts';

/** What every placeholder begins with, so that a person who meets one knows what it is. */
export const PLACEHOLDER_PREFIX = 'nemoclaw_placeholder_';

/** A credential of the one who started the sandbox: what stands for it inside, and what it is. Never written down. */
export interface HeldCredential {
  /** As the blueprint calls it. */
  readonly name: string;
  readonly placeholder: string;
  readonly secret: string;
}

const VERSION = 1;
/** Far more than the longest values of as many credentials as anybody has. */
const LONGEST = 1_048_576;

/** What `heldIn` reads; for memory and pipes, and never for a file. */
export function heldText(held: readonly HeldCredential[]): string {
  return JSON.stringify({ version: VERSION, credentials: held });
}

const readHeld = object(
  (fields): HeldCredential => ({
    name: fields.required('name', text),
    placeholder: fields.required('placeholder', text),
    secret: fields.required('secret', text),
  }),
);

/**
 * Reads the credentials that a gateway was given in memory, from the beginning, so that one that was started again finds
 * them as well.
 *
 * @param descriptor of `memfd_create`
 * @throws Error that says what is wrong and quotes nothing, when it holds no credentials or is a file of a disk
 */
export function heldIn(descriptor: number): readonly HeldCredential[] {
  const status = fstatSync(descriptor);
  if (!status.isFile() || status.nlink !== 0)
    throw new Error(`descriptor ${descriptor} is no file of memory`);
  if (status.size > LONGEST) throw new Error(`descriptor ${descriptor} holds too much`);
  const bytes = Buffer.alloc(status.size);
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, at);
    if (count === 0) break;
    at += count;
  }
  return heldOf(bytes.toString('utf8'));
}

function heldOf(json: string): readonly HeldCredential[] {
  try {
    const fields = new Fields(JSON.parse(json), 'the list');
    fields.required('version', integer(VERSION, VERSION));
    const held = fields.required('credentials', list(readHeld));
    fields.finish();
    return held;
  } catch (error) {
    // An error of JSON.parse quotes what it could not read.
    if (!(error instanceof NotTheForm) && !(error instanceof SyntaxError)) throw error;
    throw new Error('the credentials cannot be read');
  }
}
