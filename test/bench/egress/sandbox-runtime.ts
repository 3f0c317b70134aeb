// The proxy of sandbox-runtime alone, for the bench.
//   sandbox-runtime.ts PLAIN_PORT INTERCEPTING_PORT AUTHORITY_OF_SERVERS
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [plainPort, interceptingPort, authorities] = process.argv.slice(2);
const entry = fileURLToPath(import.meta.resolve('@anthropic-ai/sandbox-runtime'));
// Its package exports the whole only; the bench is about the proxy in it.
const part = (name: string) => import(pathToFileURL(join(dirname(entry), 'sandbox', name)).href);
const { createHttpProxyServer } = await part('http-proxy.js');
const { createMitmCA } = await part('mitm-ca.js');

type Found = (error: null, address: string | { address: string; family: 4 }[], family?: 4) => void;
const lookup = (_host: string, { all }: { all?: boolean }, found: Found): void => {
  if (all) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};
const common = { filter: () => true, lookupFor: () => lookup };
createHttpProxyServer(common).listen(Number(plainPort), '127.0.0.1');
createHttpProxyServer({
  ...common,
  mitmCA: await createMitmCA({}),
  tlsTerminateUpstreamCA: readFileSync(authorities!, 'utf8'),
}).listen(Number(interceptingPort), '127.0.0.1');
