import { basename, resolve } from 'node:path';

const ENDINGS = { key: '.sigstore.json', ssh: '.sshsig.json' } as const;

/** Where the signature of a bundle lies when nobody says otherwise: beside the folder, by its name. */
export function signatureBeside(bundle: string, kind: keyof typeof ENDINGS, cwd: string): string {
  const folder = bundle.replace(/\/+$/, '');
  const isName = folder !== '' && !['.', '..'].includes(basename(folder));
  return `${isName ? folder : resolve(cwd, bundle)}${ENDINGS[kind]}`;
}
