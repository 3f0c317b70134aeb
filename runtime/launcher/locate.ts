import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '../../compiler/backends/target.ts';

const NODE_ARCHITECTURES: Readonly<Record<string, Architecture>> = { x64: 'x86_64', arm64: 'aarch64' };

/** This machine's architecture; null where nothing is built for it. */
export function hostArchitecture(nodeName: string = process.arch): Architecture | null {
  return NODE_ARCHITECTURES[nodeName] ?? null;
}

export interface ProgramPlace {
  /** Where the program is, or would be. */
  readonly path: string;
  readonly isThere: boolean;
}

/** Finds the launcher that `scripts/build-launcher.js` built into the package. */
export function launcherPath(packageFolder: string, architecture: Architecture): ProgramPlace {
  return placeOf('launcher', packageFolder, architecture);
}

/** Finds the doorkeeper, which is built beside the launcher. */
export function doorkeeperPath(packageFolder: string, architecture: Architecture): ProgramPlace {
  return placeOf('doorkeeper', packageFolder, architecture);
}

/** Finds the probe, which is built beside the launcher. */
export function probePath(packageFolder: string, architecture: Architecture): ProgramPlace {
  return placeOf('probe', packageFolder, architecture);
}

function placeOf(program: string, packageFolder: string, architecture: Architecture): ProgramPlace {
  const path = join(packageFolder, 'dist', 'launcher', `nemoclaw-${program}-${architecture}`);
  try {
    accessSync(path, constants.X_OK);
    return { path, isThere: true };
  } catch {
    return { path, isThere: false };
  }
}
