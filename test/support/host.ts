import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestContext } from 'vitest';
import { hasSharedData } from './shared-data.ts';

/** One thing that a test needs from the machine, and how to get it. */
export interface HostFeature {
  readonly name: string;
  readonly hint: string;
  readonly present: () => boolean;
}

const succeeds = (command: string, ...argv: string[]) =>
  spawnSync(command, argv, { stdio: 'ignore' }).status === 0;
const onPath = (command: string) =>
  `${process.env.PATH ?? ''}:/usr/sbin:/sbin`.split(':').some((folder) => existsSync(`${folder}/${command}`));

/** A program on PATH, with the Debian package that ships it. */
export function program(command: string, debianPackage: string): HostFeature {
  return { name: command, hint: `apt-get install ${debianPackage}`, present: () => onPath(command) };
}

/** A file that a Debian package ships. */
export function shippedFile(path: string, debianPackage: string): HostFeature {
  return { name: path, hint: `apt-get install ${debianPackage}`, present: () => existsSync(path) };
}

export const userNamespaces: HostFeature = {
  name: 'unprivileged user namespaces',
  hint: 'allow user namespaces on this kernel (see docs/how-to/hardened-hosts.md)',
  present: () => succeeds('unshare', '--user', '--net', '--map-root-user', 'true'),
};

export const publishedFiles: HostFeature = {
  name: 'the folder of published policies and schemas',
  hint: 'set NEMOCLAW_TEST_DATA to it',
  present: hasSharedData,
};

export const rootUser: HostFeature = {
  name: 'root',
  hint: 'run the tests as root',
  present: () => process.getuid?.() === 0,
};

const known = new Map<HostFeature, boolean>();

/** Skips the running test when the machine lacks a feature, and says which; with REQUIRE_HOST=1 it fails instead. */
export function hostNeeds(context: TestContext, ...features: readonly HostFeature[]): void {
  for (const feature of features) {
    let present = known.get(feature);
    if (present === undefined) {
      present = feature.present();
      known.set(feature, present);
    }
    if (present) continue;
    const why = `needs ${feature.name}: ${feature.hint}`;
    if (process.env.REQUIRE_HOST === '1') throw new Error(why);
    context.skip(why);
  }
}
