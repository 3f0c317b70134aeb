import { basename, resolve } from 'node:path';

const ENDINGS = { key: '.sigstore.json', ssh: '.sshsig.json' } as const;
const SOURCES = '.sources.json';

/** Where the signature of a bundle lies when nobody says otherwise: beside the folder, by its name. */
export function signatureBeside(bundle: string, kind: keyof typeof ENDINGS, cwd: string): string {
  return `${nameOf(bundle, cwd)}${ENDINGS[kind]}`;
}

/** Where the files that a bundle was compiled from lie, as one file, beside the folder. */
export function sourcesBeside(bundle: string, cwd: string): string {
  return `${nameOf(bundle, cwd)}${SOURCES}`;
}

function nameOf(bundle: string, cwd: string): string {
  const folder = bundle.replace(/\/+$/, '');
  const isName = folder !== '' && !['.', '..'].includes(basename(folder));
  return isName ? folder : resolve(cwd, bundle);
}
