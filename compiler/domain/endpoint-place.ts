import { parseAddress } from './address.ts';
import { contains } from './interval-set.ts';
import { PUBLIC_ADDRESSES } from './special-addresses.ts';

/**
 * Where the host of a URL is. `inside`: this machine or a network that is not public, by its address or by a name that is
 * kept for such (RFC 6761, RFC 6762). `public`: a public address. `named`: wherever the name resolves to.
 */
export type EndpointPlace = 'inside' | 'public' | 'named';

/** @param hostname as `URL` has it: lower case, IPv6 in brackets */
export function endpointPlace(hostname: string): EndpointPlace {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname.endsWith('.local'))
    return 'inside';
  const address = parseAddress(hostname.replace(/^\[|\]$/g, ''));
  if (!address.ok) return 'named';
  return contains(PUBLIC_ADDRESSES, address.address) ? 'public' : 'inside';
}
