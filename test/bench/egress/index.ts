// Measures the way out beside its peers, all in the same run: npm run bench:egress
//   npm run bench:egress -- http     only this
//   npm run bench:egress -- -o json  for a program to read
import { runBenches } from '../run.ts';
import { benchForwarded, benchIntercepted } from './http.ts';
import { benchTunnels } from './tunnels.ts';

process.exitCode = await runBenches(
  { http: benchForwarded, intercepted: benchIntercepted, tunnels: benchTunnels },
  process.argv.slice(2),
);
