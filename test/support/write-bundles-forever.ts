import { writeBundle } from '../../runtime/bundle/write-bundle.ts';
import { bundleSaying } from './bundles.ts';

/** Writes two bundles in turn into the folder named on the command line, until it is killed. */
const folder = process.argv[2]!;
const bundles = [bundleSaying('one'), bundleSaying('two')];
process.stdout.write('started\n');
for (let at = 0; ; at = 1 - at) writeBundle(folder, bundles[at]!);
