import { blockedRange, localName, privateAddresses } from '../../diagnostics/catalog/openshell.ts';
import { type Located, located } from '../../source/span.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { itemsOf, type Translation } from './translation.ts';

/** Ranges that OpenShell never connects to, as the first 16 bits of IPv4 addresses. */
const BLOCKED: readonly { readonly range: string; readonly from: number; readonly to: number }[] = [
  { range: 'unspecified', from: 0x0000, to: 0x00ff },
  { range: 'loopback', from: 0x7f00, to: 0x7fff },
  { range: 'link-local', from: 0xa9fe, to: 0xa9fe },
];

const PRIVATE_NAME =
  /^[^.:]+$|\.(local|localhost|internal|lan|corp|home|intranet|svc|cluster|localdomain|home\.arpa)$/i;

export function addressBlocks(
  list: YamlNode | null,
  translation: Translation,
): Located<readonly Located<string>[]> | null {
  if (list === null) return null;
  const blocks = itemsOf(list).map((item) => translation.text(item));
  for (const block of blocks) refuseBlockedRange(block, translation);
  return blocks.length === 0 ? null : located(blocks, translation.spanOf(list));
}

/** For a block of addresses, and for a host that is an address: a blueprint would reach it. */
export function refuseBlockedRange(address: Located<string>, translation: Translation): void {
  const range = blockedRangeIn(address.value.replace(/^\[|\]$/g, ''));
  if (range !== null) translation.report(blockedRange, address.span, { block: address.value, range });
}

/** Which refused range a block reaches into. Whether it is a block at all is for others to say. */
function blockedRangeIn(block: string): string | null {
  const ipv4 = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?:\/(\d{1,2}))?$/.exec(block);
  if (!ipv4) return block.includes(':') ? blockedIpv6(block) : null;
  const width = 2 ** Math.max(0, 16 - Number(ipv4[3] ?? 32));
  const start = Number(ipv4[1]) * 256 + Number(ipv4[2]);
  const from = start - (start % width);
  return BLOCKED.find((blocked) => from <= blocked.to && from + width > blocked.from)?.range ?? null;
}

/** `::` begins the unspecified and loopback addresses and every spelling of IPv4 in IPv6; short prefixes reach fe80. */
function blockedIpv6(block: string): string | null {
  const prefix = Number(/\/(\d{1,3})$/.exec(block)?.[1] ?? 128);
  if (/^0*:/.test(block)) return 'loopback';
  return /^fe[89ab]/i.test(block) || prefix < 7 ? 'link-local' : null;
}

/** Says where this reading refuses addresses that OpenShell lets an exactly named host have. */
export function reportPrivateAddresses(host: Located<string>, translation: Translation): void {
  if (host.value.includes('*')) return;
  if (PRIVATE_NAME.test(host.value)) {
    translation.report(localName, host.span, { host: host.value });
  } else {
    translation.reportOnce(privateAddresses, host.span, {});
  }
}
