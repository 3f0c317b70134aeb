import { entry } from '../entry.ts';
import { namesInWords } from './signature.ts';

export const signedFileChanged = entry<{ path: string; signed: string; found: string }>(
  'NC2514',
  'signature/file-changed',
  'error',
  {
    message: ({ path, signed, found }) =>
      `\`${path}\` is not what was signed: it has ${found}, and the statement names ${signed}`,
    help: () => 'get the bundle again from where it was signed; if it was compiled anew, sign it anew',
    explanation:
      'Each file of the bundle is compared with the digest that the signed statement names, the manifest too. This one was ' +
      'changed after it was signed, or the signature is that of another bundle.',
  },
);

export const signedFileMissing = entry<{ path: string }>('NC2515', 'signature/file-missing', 'error', {
  message: ({ path }) => `\`${path}\` was signed and is not there`,
  explanation:
    'A bundle without one of its files is another bundle: the one that is missing may be what confines the agent.',
});

export const signedFileAdded = entry<{ path: string }>('NC2516', 'signature/file-added', 'error', {
  message: ({ path }) => `\`${path}\` is there and was not signed`,
  help: () => 'take it away, or compile and sign the bundle again',
  explanation:
    'Nothing may lie in the folder of a bundle beside what was signed. What was added could be read by something that looks ' +
    'for files by their names. After a compile that was killed, the leftover is taken away by the next one.',
});

export const signedNoFile = entry<{ path: string; what: string }>(
  'NC2517',
  'signature/no-plain-file',
  'error',
  {
    message: ({ path, what }) => `\`${path}\` is ${what}, and a bundle has nothing but files`,
    explanation:
      'A symbolic link shows what lies elsewhere, and another file when somebody turns it. So links are not followed. Pipes, ' +
      'devices and empty folders are no part of a bundle either.',
  },
);

export const signedTooLarge = entry<{ path: string; what: string }>(
  'NC2518',
  'signature/too-large',
  'error',
  {
    message: ({ path, what }) => `at \`${path}\` the bundle has ${what} than is read`,
    explanation:
      'A folder that somebody else has filled is read within bounds: 64 MiB a file, 256 MiB and 1024 files and folders in all. ' +
      'Bundles have some hundred kilobytes.',
  },
);

export const signedManifestContradicts = entry<{ what: string }>(
  'NC2519',
  'signature/manifest-contradicts',
  'error',
  {
    message: ({ what }) =>
      `the manifest and the statement say different things of \`${what}\`, though both are signed`,
    help: () => 'compile the bundle again and sign it with `nemoclaw sign`',
    explanation:
      'The statement repeats what the manifest says of the bundle: its name, policy, target, tool, inputs and files. Where ' +
      'they differ, what a person reads in one is not what a program takes from the other. `nemoclaw sign` writes no such ' +
      'statement.',
  },
);

export const signedUncommitted = entry<{ names: readonly string[]; commit: string }>(
  'NC2520',
  'signature/from-uncommitted-files',
  'error',
  {
    message: ({ names, commit }) =>
      `by the statement, ${namesInWords(names)} ${names.length === 1 ? 'was' : 'were'} not in commit \`${commit}\` as compiled`,
    help: () => 'have it signed from a commit, or accept it with --allow-dirty',
    explanation:
      'The signer allowed a bundle to be signed that was compiled from files which nobody has committed. So no reviewed ' +
      'commit says what it holds.',
  },
);

export const signedOtherCommit = entry<{ signed: string; wanted: string }>(
  'NC2521',
  'signature/other-commit',
  'error',
  {
    message: ({ signed, wanted }) => `the bundle is of commit \`${signed}\`, and \`${wanted}\` is asked for`,
    explanation:
      'The signature is good, and the bundle was compiled from another commit than the one of `--commit`.',
  },
);

export const signedOlder = entry<{ serial: number; at: string; accepted: number; acceptedAt: string }>(
  'NC2522',
  'signature/older',
  'error',
  {
    message: ({ serial, at, accepted, acceptedAt }) =>
      `the bundle is older than the one that was accepted: number ${serial} of ${at} after number ${accepted} of ${acceptedAt}`,
    help: () => 'to go back on purpose, revert the commit and have that signed',
    explanation:
      'An old bundle keeps its good signature, with everything that it granted. Whoever can replay it could take back a ' +
      'change. So a host compares each bundle with the one that it accepted last: by the number of commits up to the one it ' +
      'is compiled from, and for the same number by the time of signing.',
  },
);

export const signedOtherSandbox = entry<{ name: string; accepted: string }>(
  'NC2523',
  'signature/other-sandbox',
  'error',
  {
    message: ({ name, accepted }) =>
      `the bundle is of \`${name}\`, and the one that was accepted is of \`${accepted}\``,
    explanation:
      'One key may sign the bundles of many sandboxes. A bundle of one must not take the place of the bundle of another.',
  },
);

export const signedNoBundle = entry<{ folder: string; detail: string }>(
  'NC2527',
  'signature/no-bundle',
  'error',
  {
    message: ({ folder, detail }) => `\`${folder}\` cannot be read as a bundle: ${detail}`,
    help: () => 'give the folder that `nemoclaw compile` wrote',
    explanation:
      'A bundle is a folder with a `manifest.json`, or one with a link `current` that leads to such a folder inside it, as ' +
      '`nemoclaw compile` writes it. A link that leads anywhere else is not followed.',
  },
);

export const signedGenerationNamed = entry<{ folder: string; bundle: string }>(
  'NC2528',
  'signature/folder-misnamed',
  'error',
  {
    message: ({ folder, bundle }) =>
      `the folder \`${folder}\` is not named after the bundle in it, \`${bundle}\``,
    help: () => 'get the bundle again from where it was signed',
    explanation:
      'The folder of a bundle has the first digits of the digest of its manifest as its name. Under the name of one bundle, ' +
      'another one was put.',
  },
);
