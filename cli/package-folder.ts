import { dirname } from 'node:path';

/** The folder of the installed package: this file lies one level below it, as source and as built. */
export const PACKAGE_FOLDER = dirname(import.meta.dirname);
