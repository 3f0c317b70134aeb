import { trustEnvironment } from '../egress/interception/trust-files.ts';
import { GATEWAY_PORT, TRUST_FOLDER } from './door.ts';

const GATEWAY = `127.0.0.1:${GATEWAY_PORT}`;

/**
 * The variables by which programs inside find the gateway and trust it. Whoever ignores them is led there all the same.
 * Of the proxy variables both spellings are in use: curl reads `http_proxy` in lower case only.
 *
 * @param hasTrustFolder whether the blueprint makes a scratch folder of TRUST_FOLDER
 */
export function gatewayEnvironment(hasTrustFolder: boolean): Readonly<Record<string, string>> {
  const proxies = {
    HTTP_PROXY: `http://${GATEWAY}`,
    HTTPS_PROXY: `http://${GATEWAY}`,
    ALL_PROXY: `socks5h://${GATEWAY}`,
    NO_PROXY: 'localhost,127.0.0.1,::1',
  };
  const lowerCase = Object.entries(proxies).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...proxies,
    ...Object.fromEntries(lowerCase),
    ...(hasTrustFolder ? trustEnvironment(TRUST_FOLDER) : {}),
  };
}
