import { entry } from '../entry.ts';

export const signatureKeyUnusable = entry<{ path: string; problem: string }>(
  'NC2500',
  'signature/key-unusable',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` ${problem}`,
    help: ({ problem }) =>
      problem.includes('passphrase')
        ? null
        : 'make one with `openssl genpkey -algorithm ed25519 -out bundle-key.pem`',
    explanation:
      'Bundles are signed with an Ed25519, ECDSA P-256 or ECDSA P-384 key in a PEM file of its own, and verified with the ' +
      'public half of it, which `openssl pkey -in bundle-key.pem -pubout` prints. A file with several keys is refused, ' +
      'because nobody could say which of them vouches; and a private key is refused where a public one is asked for, ' +
      'because whoever only verifies should not carry it about.',
  },
);

export const signatureKeyNotPrivate = entry<{ path: string; problem: string }>(
  'NC2501',
  'signature/secret-not-private',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` is not taken as a secret: ${problem}`,
    help: ({ path }) => `close it with \`chmod 600 ${path}\`, and make a new key if others could read it`,
    explanation:
      'Whoever can read a private key or its passphrase can sign bundles as its owner, and whoever can change the file can ' +
      'make the owner sign with another key. So the file has to belong to the user who signs, or to root, and must be open ' +
      'to nobody else.',
  },
);

export const signatureNotCommitted = entry<{ names: readonly string[]; commit: string }>(
  'NC2502',
  'signature/not-from-the-commit',
  'error',
  {
    message: ({ names, commit }) =>
      `the bundle was not compiled from commit \`${commit}\`, which has ${namesInWords(names)} otherwise or not at all`,
    help: () =>
      'commit the files and compile again, or name the commit with --commit; --allow-dirty signs it and says so in the statement',
    explanation:
      'A signature says from which reviewed commit a bundle was compiled. Each input that the manifest names is compared ' +
      'with the content that the commit has at that path; the files that lie in the folder now do not count. One that ' +
      'differs means that nobody can compile the same bundle from that commit.',
  },
);

export const signatureShallow = entry<{ commit: string }>('NC2503', 'signature/shallow-history', 'error', {
  message: ({ commit }) => `the history of commit \`${commit}\` is cut off, so its commits cannot be counted`,
  help: () =>
    'fetch all of it with `git fetch --unshallow`; in a workflow, `fetch-depth: 0` for actions/checkout',
  explanation:
    'A statement carries how many commits there are up to the one that it names. A host tells a replayed old bundle from a ' +
    'new one by that number, because it grows with every commit. A shallow clone gives a smaller one, so that an older ' +
    'bundle could pass for a newer one.',
});

export const signatureBundleBroken = entry<{ folder: string; problem: string }>(
  'NC2504',
  'signature/no-whole-bundle',
  'error',
  {
    message: ({ folder, problem }) => `\`${folder}\` is not signed: ${problem}`,
    help: () => 'compile it again; `nemoclaw inspect` says more',
    explanation:
      'Only a bundle that is what its own manifest says is signed: each file is there with the digest that the manifest ' +
      'names, and there is no other file.',
  },
);

export const signatureNotWritten = entry<{ path: string; detail: string }>(
  'NC2505',
  'signature/not-written',
  'error',
  {
    message: ({ path, detail }) => `the signature cannot be written to \`${path}\`: ${detail}`,
    explanation:
      'The file beside the bundle, or the one that `--out` names, could not be made or replaced. An older one that stands ' +
      'there was left as it is.',
  },
);

export const signatureMalformed = entry<{ path: string; problem: string }>(
  'NC2506',
  'signature/malformed',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` holds no signature of a bundle: ${problem}`,
    help: () => 'it is the file that `nemoclaw sign` wrote; with --allowed-signers, one of an OpenSSH key',
    explanation:
      'A signature is a Sigstore bundle of version 0.3 with a DSSE envelope and the hint of a public key, or for OpenSSH a ' +
      'DSSE envelope whose signature is one of `ssh-keygen -Y`. It is read strictly: what is cut, carries more than it may, ' +
      'or brings evidence that is not verified here, such as a certificate, is refused as a whole.',
  },
);

export const signatureKeyTwice = entry<{ path: string; key: string }>(
  'NC2507',
  'signature/repeated-key',
  'error',
  {
    message: ({ path, key }) => `\`${path}\` has the key \`${key}\` twice in one object`,
    explanation:
      'Some programs take the first value of a key that is there twice, and others the last. One document would then say two ' +
      'things, of which one was verified and the other believed.',
  },
);

export const signatureCount = entry<{ path: string; count: number }>(
  'NC2508',
  'signature/not-one-signature',
  'error',
  {
    message: ({ path, count }) => `\`${path}\` carries ${count} signatures, and one is expected`,
    help: () => 'keep the signature of each signer in a file of its own, and name it with --signature',
    explanation:
      'With several signatures in one document it would not be clear whether one of them is enough. None is no signature at ' +
      'all. A bundle may have any number of signatures, each in its own file.',
  },
);

export const signaturePayloadType = entry<{ path: string; found: string }>(
  'NC2509',
  'signature/other-payload',
  'error',
  {
    message: ({ path, found }) => `what \`${path}\` signs is \`${found}\` and no in-toto statement`,
    explanation:
      'The type of what is signed is a part of what is signed. A signature over something else, by the same key, must never ' +
      'pass for one over a bundle, whatever its bytes look like.',
  },
);

export const signatureUnknownKey = entry<{ path: string; hint: string; given: readonly string[] }>(
  'NC2510',
  'signature/unknown-key',
  'error',
  {
    message: ({ path, hint }) =>
      `\`${path}\` is signed by none of the keys that are given; by its own word the key is \`${hint}\``,
    help: ({ given }) => `given: ${given.join(', ')}`,
    explanation:
      'The signature is verified with the keys of `--key` and with nothing that comes beside the bundle. None of them made ' +
      'it. The hint in the document is signed by nobody; it helps to find out which key is missing, and does not make it one ' +
      'that is trusted.',
  },
);

export const signatureBroken = entry<{ path: string; key: string }>(
  'NC2511',
  'signature/does-not-fit',
  'error',
  {
    message: ({ path, key }) =>
      `the signature in \`${path}\` does not fit: key \`${key}\` did not sign what is there`,
    help: () => 'get the bundle again from where it was signed',
    explanation:
      'The document names a key that is trusted, and that key has not signed this statement. The statement or the ' +
      'signature was changed, or the signature was taken from another document.',
  },
);

export const signatureOtherStatement = entry<{ path: string; key: string; found: string }>(
  'NC2512',
  'signature/other-statement',
  'error',
  {
    message: ({ path, key, found }) =>
      `what \`${path}\` signs is no statement about a bundle: its \`${key}\` is \`${found}\``,
    explanation:
      'Keys sign statements of many kinds, about builds, reviews and packages. Only one about a bundle, of the version ' +
      'that is known, says what a bundle holds and where it comes from.',
  },
);

export const signatureStatementMalformed = entry<{ path: string; problem: string }>(
  'NC2513',
  'signature/statement-malformed',
  'error',
  {
    message: ({ path, problem }) =>
      `the statement that \`${path}\` signs is not of the published form: ${problem}`,
    help: () => 'see `nemoclaw schema print bundle-statement`; a newer nemoclaw may have written it',
    explanation:
      'A good signature over a statement that is not understood whole proves nothing: what was not read could be what matters.',
  },
);

export const sshUnavailable = entry<{ detail: string }>(
  'NC2524',
  'signature/ssh-keygen-unavailable',
  'error',
  {
    message: ({ detail }) => `\`ssh-keygen\` cannot be asked: ${detail}`,
    help: () => 'install OpenSSH 8.2 or later (`apt-get install openssh-client`), or sign with --key',
    explanation:
      'Signatures of OpenSSH keys are made and verified by `ssh-keygen -Y`, so that agents, hardware tokens and files of ' +
      'allowed signers work as they do for git. Without it nothing is verified, and nothing is taken as verified.',
  },
);

export const sshNotSigned = entry<{ path: string; detail: string }>(
  'NC2525',
  'signature/ssh-not-signed',
  'error',
  {
    message: ({ path, detail }) => `\`ssh-keygen\` did not sign with \`${path}\`: ${detail}`,
    help: () => 'give the private key, or the public one of a key that an agent or a token holds',
    explanation: 'The program was started and gave no signature. What it said is quoted.',
  },
);

export const sshNotVerified = entry<{ path: string; identity: string; detail: string }>(
  'NC2526',
  'signature/ssh-not-verified',
  'error',
  {
    message: ({ path, identity, detail }) =>
      `\`${path}\` is not signed by \`${identity}\` as the allowed signers have it: ${detail}`,
    help: () => 'each line of the file is `NAME KEYTYPE KEY`; see ssh-keygen(1), ALLOWED SIGNERS',
    explanation:
      'The signature has to be made by a key that the file of allowed signers gives to this very name, that is valid now and ' +
      'that may sign in the namespace `nemoclaw-bundle`. Somebody else made it, what was signed was changed, or the file ' +
      'does not name the signer. `ssh-keygen` does not tell these apart.',
  },
);

export const signatureOutside = entry<{ blueprint: string }>(
  'NC2529',
  'signature/outside-of-the-repository',
  'error',
  {
    message: ({ blueprint }) => `\`${blueprint}\` lies outside of the repository of the current folder`,
    help: () => 'change into the repository that holds the blueprint, or name the blueprint with --blueprint',
    explanation:
      'A signature says of which commit a bundle is, and the commit is looked up in the repository of the folder that the ' +
      'command runs in. What lies elsewhere is in none of its commits. Without --blueprint, the blueprint is looked for beside ' +
      'the bundle, by the name that the manifest has.',
  },
);

const MOST_NAMED = 5;

/** The first few names, each in backticks, and how many more there are. */
export function namesInWords(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
