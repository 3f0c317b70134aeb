import { cidrBlock, parseAddress, printAddress } from '../../domain/address.ts';
import { parseHost, parseHostPattern } from '../../domain/host.ts';
import { printPortRange } from '../../domain/port.ts';
import type { EgressAccess } from '../access.ts';
import { decideEgress } from '../decide/egress.ts';
import type { BinaryPattern, EgressEntry } from '../egress.ts';
import { ALL, only } from '../extent.ts';
import type { WrittenPlace } from '../origin.ts';
import { requestLack } from './egress-requests.ts';
import { type Lack, listed, quoted } from './explanation.ts';

/** The sides of an entry in the order in which a connection meets them. */
export type EgressSide = 'host' | 'port' | 'program' | 'address' | 'request';

/** One side, and what the access lacks there; null where it matches. */
export interface SideMatch {
  readonly side: EgressSide;
  readonly lack: Lack | null;
}

type Opening = (entry: EgressEntry<WrittenPlace>, access: EgressAccess) => EgressEntry<WrittenPlace>;

/** The entry with one side opened so far that the access passes there. */
const OPENINGS: Readonly<Record<EgressSide, Opening>> = {
  host: (entry, { host }) => {
    const parsed = parseHostPattern(host);
    return parsed.ok ? { ...entry, host: parsed.pattern } : entry;
  },
  port: (entry, { port }) => ({ ...entry, ports: [{ low: port, high: port }] }),
  program: (entry) => ({ ...entry, binaries: ALL }),
  address: (entry, access) => {
    const dialled = dialledAddress(access);
    return dialled === null ? entry : { ...entry, addresses: only([cidrBlock(dialled, 128)]) };
  },
  request: (entry) => ({ ...entry, visibility: 'opaque', allow: ALL, deny: [] }),
};
const SIDES = Object.keys(OPENINGS) as EgressSide[];

const LACKS: Readonly<Record<EgressSide, (entry: EgressEntry<WrittenPlace>, access: EgressAccess) => Lack>> =
  {
    host: ({ host }, access) => ({
      text: `its host is \`${host.text}\` and not \`${access.host}\``,
      next: null,
      fit: 0,
    }),
    port: portLack,
    program: programLack,
    address: addressLack,
    request: requestLack,
  };

/**
 * How an access falls short of an entry, side by side; an address that is not known yet is no side. Nothing is matched
 * here: a side matches when `decide` allows the access under the entry with all other sides opened, and without an end.
 */
export function shortcomings(entry: EgressEntry<WrittenPlace>, access: EgressAccess): readonly SideMatch[] {
  const endless = { ...entry, grant: { ...entry.grant, approval: null } };
  const known = SIDES.filter((side) => side !== 'address' || dialledAddress(access) !== null);
  return known.map((side) => {
    if (fits(endless, access, side)) return { side, lack: null };
    return { side, lack: LACKS[side](openedBut(endless, access, side), access) };
  });
}

function fits(entry: EgressEntry<WrittenPlace>, access: EgressAccess, kept: EgressSide): boolean {
  return decideEgress({ entries: [openedBut(entry, access, kept)] }, access).verdict === 'allow';
}

/** The entry with every side but one opened. */
function openedBut(
  entry: EgressEntry<WrittenPlace>,
  access: EgressAccess,
  kept: EgressSide,
): EgressEntry<WrittenPlace> {
  const open = SIDES.filter((side) => side !== kept);
  return open.reduce((opened, side) => OPENINGS[side](opened, access), entry);
}

function dialledAddress({ host, address }: EgressAccess): bigint | null {
  if (address !== null) {
    const parsed = parseAddress(address);
    return parsed.ok ? parsed.address : null;
  }
  const parsed = parseHost(host);
  return parsed.ok && parsed.host.kind === 'address' ? parsed.host.address : null;
}

function portLack({ ports, grant }: EgressEntry<WrittenPlace>, { port }: EgressAccess): Lack {
  return {
    text: `the port ${port} is not in ${listed(ports.map(printPortRange))}`,
    next: `add ${port} to the ports of \`${grant.id}\``,
    fit: 0,
  };
}

/** A program at the right path whose content is another one comes nearer than one at a wrong path. */
function programLack(entry: EgressEntry<WrittenPlace>, access: EgressAccess): Lack {
  const binaries: readonly BinaryPattern[] = entry.binaries.kind === 'only' ? entry.binaries.of : [];
  const unpinned = { ...entry, binaries: only(binaries.map(({ path }) => ({ path, sha256: null }))) };
  if (fits(unpinned, access, 'program')) {
    const pins = binaries.flatMap(({ sha256 }) => (sha256 === null ? [] : [`${sha256.slice(0, 12)}...`]));
    const own =
      access.sha256 === null ? 'its own is not known' : `its own is ${access.sha256.slice(0, 12)}...`;
    return {
      text: `the program is held to the SHA-256 ${listed(pins)}, and ${own}`,
      next: 'say which one it has; where it was updated on purpose, change `sha256` in `binaries`',
      fit: 0.5,
    };
  }
  const paths = listed(quoted(binaries.map(({ path }) => path.text)));
  return {
    text: `the program \`${access.binary}\` is not in ${paths}`,
    next: `add \`${access.binary}\` to the \`binaries\` of \`${entry.grant.id}\``,
    fit: 0,
  };
}

function addressLack({ addresses, grant }: EgressEntry<WrittenPlace>, access: EgressAccess): Lack {
  const dialled = dialledAddress(access);
  const address = dialled === null ? 'the address' : `the address ${printAddress(dialled)}`;
  const text =
    addresses.kind === 'only'
      ? `${address} is not in ${listed(addresses.of.map((block) => block.text))}`
      : `${address} is not public, and the entry names no \`allowed_ips\``;
  return { text, next: `name it under \`allowed_ips\` of \`${grant.id}\`, if it is the right one`, fit: 0 };
}
