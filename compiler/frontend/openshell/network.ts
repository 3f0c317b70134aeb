import {
  callingProgram,
  inspectedAndLeftOut,
  inspectedWins,
  keyInvalid,
  middleware,
  noBinary,
  openshellBesideUnread,
  protocolLeftOut,
  withoutEffect,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located } from '../../source/span.ts';
import type { BinaryItem, Endpoint, NetworkPolicy } from '../blueprint/blueprint.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import { type NotInspected, type TranslatedEndpoint, translateEndpoint } from './endpoint.ts';
import { type Granted, Neighbours } from './neighbours.ts';
import { endsOf, mayOverlap } from './patterns.ts';
import { narrowestPattern } from './rules.ts';
import { entriesOf, entryAt, itemsOf, type Translation, valueAt, wordAt } from './translation.ts';

/** The same as for a blueprint's own keys. */
const KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** One entry of `network_policies` before it is known what the others say about the same hosts. */
interface Draft {
  readonly key: Located<string>;
  readonly title: Located<string> | null;
  readonly binaries: Located<readonly BinaryItem[]>;
  readonly endpoints: readonly TranslatedEndpoint[];
}

export function translateNetwork(section: YamlNode | null, translation: Translation): NetworkPolicy[] {
  const drafts = entriesOf(section).flatMap((entry) => {
    const draft = draftOf(entry, translation);
    return draft === null ? [] : [draft];
  });
  const neighbours = new Neighbours(drafts.map(grantedBy));
  return drafts.flatMap((draft) => {
    const endpoints = draft.endpoints.flatMap((endpoint) => kept(endpoint, draft, neighbours, translation));
    const { key, title, binaries } = draft;
    return endpoints.length === 0 ? [] : [{ key, title, endpoints, binaries, grant: null }];
  });
}

function grantedBy({ binaries, endpoints }: Draft): Granted {
  return {
    binaries: binaries.value,
    endpoints: endpoints.flatMap((endpoint) => (endpoint.kind === 'granted' ? [endpoint.endpoint] : [])),
  };
}

/** A middleware removes or changes what the agent sends, so none can be passed over. */
export function refuseMiddlewares(section: YamlNode | null, translation: Translation): void {
  for (const entry of entriesOf(section)) {
    translation.report(middleware, translation.keySpan(entry), { key: entry.key });
  }
}

function draftOf(entry: YamlEntry, translation: Translation): Draft | null {
  const key = translation.key(entry);
  if (!KEY.test(entry.key)) {
    translation.report(keyInvalid, key.span, { key: entry.key });
    return null;
  }
  const endpoints = itemsOf(valueAt(entry.value, 'endpoints'));
  if (endpoints.length === 0) {
    translation.report(withoutEffect, key.span, { key: entry.key, why: 'it lists no endpoints' });
    return null;
  }
  const binaries = binariesOf(entry.value, translation);
  if (binaries === null) {
    translation.report(noBinary, key.span, { key: entry.key });
    return null;
  }
  return {
    key,
    title: titleOf(entry.value, translation),
    binaries,
    endpoints: endpoints.map((endpoint) => translateEndpoint(endpoint, translation)),
  };
}

function titleOf(policy: YamlNode, translation: Translation): Located<string> | null {
  const name = valueAt(policy, 'name');
  if (name === null || wordAt(policy, 'name') === '' || CONTROL_CHARACTER.test(wordAt(policy, 'name')))
    return null;
  return translation.text(name);
}

function binariesOf(policy: YamlNode, translation: Translation): Located<readonly BinaryItem[]> | null {
  const entry = entryAt(policy, 'binaries');
  const items = itemsOf(entry?.value ?? null);
  if (entry === null || items.length === 0) return null;
  translation.reportOnce(callingProgram, translation.keySpan(entry), {});
  const binaries = items.map((item) => {
    const path = narrowestPattern(translation.text(valueAt(item, 'path')!), translation);
    const harness = entryAt(item, 'harness');
    if (harness !== null) {
      const why = 'OpenShell no longer looks at it';
      translation.report(withoutEffect, translation.keySpan(harness), { key: 'harness', why });
    }
    return { path, sha256: null };
  });
  return located(binaries, translation.spanOf(entry.value));
}

/** The endpoint, unless another entry about the same host and program changes what it means. */
function kept(
  endpoint: TranslatedEndpoint,
  draft: Draft,
  neighbours: Neighbours,
  translation: Translation,
): Endpoint[] {
  if (endpoint.kind === 'nothing') return [];
  if (endpoint.kind === 'not-inspected') {
    leaveOut(endpoint, draft, neighbours, translation);
    return [];
  }
  const { host, ports, protocol } = endpoint.endpoint;
  if (protocol !== null && protocol.value !== 'http' && protocol.value !== 'tcp') {
    refuseUnreadNeighbours(endpoint.endpoint, draft, neighbours, translation);
  }
  if (protocol?.value !== 'tcp') return [endpoint.endpoint];
  const rival = neighbours
    .of(host.value, draft.binaries.value)
    .find((other) => other.protocol?.value !== 'tcp' && sharesPort(ports, other.ports));
  if (!rival) return [endpoint.endpoint];
  translation.report(inspectedWins, host.span, { host: host.value }, [
    { span: rival.host.span, label: 'has rules' },
  ]);
  return [];
}

/** Rules about the inside of requests hold only where no other endpoint lets the same requests through unread. */
function refuseUnreadNeighbours(
  own: Endpoint,
  draft: Draft,
  neighbours: Neighbours,
  translation: Translation,
): void {
  const { host, ports, protocol } = own;
  if (protocol?.value === 'websocket') return;
  const rival = neighbours
    .of(host.value, draft.binaries.value)
    .find(
      (other) => other.protocol?.value === 'http' && sharesPort(ports, other.ports) && mayMeet(own, other),
    );
  if (rival === undefined) return;
  translation.report(openshellBesideUnread, protocol!.span, { host: host.value, protocol: protocol!.value }, [
    { span: rival.host.span, label: 'covers the same requests' },
  ]);
}

/** Whether some request may be about a path of both; without rules an endpoint is about every path. */
function mayMeet(one: Endpoint, other: Endpoint): boolean {
  const pathsOf = ({ rules }: Endpoint) => (rules?.value ?? [null]).map((rule) => rule?.path?.value ?? '/**');
  return pathsOf(one).some((own) => pathsOf(other).some((path) => mayOverlap(endsOf(own), endsOf(path))));
}

function leaveOut(
  { host, ports, protocol }: NotInspected,
  draft: Draft,
  neighbours: Neighbours,
  translation: Translation,
): void {
  const words = { host: host.value, protocol: protocol.value };
  const rival = neighbours
    .of(host.value, draft.binaries.value)
    .find((other) => sharesPort(ports, other.ports));
  if (!rival) translation.report(protocolLeftOut, protocol.span, words);
  else {
    translation.report(inspectedAndLeftOut, protocol.span, words, [
      { span: rival.host.span, label: 'covers the same host' },
    ]);
  }
}

function sharesPort(a: Endpoint['ports'], b: Endpoint['ports']): boolean {
  return a.some((left) => b.some((right) => right.value === left.value));
}
