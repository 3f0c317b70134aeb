// Measures the way out of a sandbox and its log, each figure beside its peer or its floor: npm run bench:egress
//   npm run bench:egress -- audit        only this
//   npm run bench:egress -- -o json      for a program to read
import { type Benches, runBenches } from '../run-benches.ts';
import { benchAttribution } from './attribution.ts';
import { benchAudit } from './audit.ts';
import { benchFlood } from './flood.ts';
import { benchForwarded, benchIntercepted } from './http.ts';
import { benchMemory } from './memory.ts';
import { benchTunnels } from './tunnels.ts';

const BENCHES: Benches = {
  attribution: benchAttribution,
  tunnels: benchTunnels,
  http: benchForwarded,
  intercepted: benchIntercepted,
  audit: benchAudit,
  flood: benchFlood,
  memory: benchMemory,
};

process.exitCode = await runBenches(BENCHES, process.argv.slice(2));
