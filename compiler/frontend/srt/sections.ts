import {
  importNoPlace,
  importStricterSetting,
  inspectionLost,
  nobodyAsked,
  unixSockets,
} from '../../diagnostics/catalog/imported.ts';
import { located } from '../../source/span.ts';
import type { Importing, KeyTable } from '../imported/importing.ts';
import type { YamlEntry } from '../yaml/tree.ts';
import type { Wanted } from './wanted.ts';

const MAC = 'it is about macOS';
const PROXY = 'nemoclaw has a proxy of its own, and enforces the hosts itself';

/** The `network` section, which sandbox-runtime and Claude Code have in common (NetworkConfigSchema). */
export function networkTable(wanted: Wanted, importing: Importing): KeyTable {
  const { texts, without } = readers(importing);
  const mac = without(MAC);
  return new Map([
    ['allowedDomains', (entry) => wanted.allowedDomains.push(...texts(entry))],
    ['deniedDomains', (entry) => wanted.deniedDomains.push(...texts(entry))],
    ['deniedDomainReasons', without('it is what the agent is told when it is refused')],
    ['strictAllowlist', (entry) => reportAsking(entry, importing)],
    ['allowManagedDomainsOnly', without('a blueprint is the only source of its hosts')],
    ['allowUnixSockets', (entry) => reportSockets(entry, texts(entry).length > 0, importing)],
    [
      'allowAllUnixSockets',
      (entry) => {
        wanted.unixSockets = importing.flag(entry);
        reportSockets(entry, wanted.unixSockets, importing);
      },
    ],
    [
      'allowLocalBinding',
      (entry) => {
        importing.flag(entry);
        const key = located(entry.key, importing.keySpan(entry));
        importing.exact(
          key,
          'as on Linux: programs may listen inside of the sandbox, where nobody else connects',
        );
      },
    ],
    ['allowMachLookup', mac],
    ['httpProxyPort', without(PROXY)],
    ['socksProxyPort', without(PROXY)],
    ['parentProxy', without('connections go out directly')],
    ['tlsTerminate', without('the imported hosts are opaque tunnels')],
    ['mitmProxy', (entry) => importing.change(inspectionLost, importing.keySpan(entry), { key: entry.key })],
  ] as [string, (entry: YamlEntry) => void][]);
}

/** The `filesystem` section, which both have in common (FilesystemConfigSchema). */
export function filesystemTable(wanted: Wanted, importing: Importing): KeyTable {
  const { texts, stricter } = readers(importing);
  return new Map([
    ['denyRead', (entry) => wanted.denyRead.push(...texts(entry))],
    ['allowRead', (entry) => wanted.allowRead.push(...texts(entry))],
    ['allowWrite', (entry) => wanted.allowWrite.push(...texts(entry))],
    ['denyWrite', (entry) => wanted.denyWrite.push(...texts(entry))],
    [
      'allowGitConfig',
      (entry) => {
        importing.flag(entry);
        const why = 'the protection of `.git/config` that it lifts is not imported in the first place';
        importing.change(importNoPlace, importing.keySpan(entry), { key: entry.key, why });
      },
    ],
    ['disabled', stricter('a blueprint cannot grant the whole disk')],
  ] as [string, (entry: YamlEntry) => void][]);
}

/** Ways to read an entry that several tables share. */
export function readers(importing: Importing) {
  return {
    texts: (entry: YamlEntry) => importing.texts(entry),
    without: (why: string) => (entry: YamlEntry) =>
      importing.change(importNoPlace, importing.keySpan(entry), { key: entry.key, why }),
    /** For a switch that opens something when it is on, and says nothing when it is off. */
    stricter: (why: string) => (entry: YamlEntry) => {
      const span = importing.keySpan(entry);
      if (importing.flag(entry)) importing.change(importStricterSetting, span, { key: entry.key, why });
      else importing.exact(located(entry.key, span), 'is off');
    },
  };
}

function reportAsking(entry: YamlEntry, importing: Importing): void {
  const key = located(entry.key, importing.keySpan(entry));
  if (importing.flag(entry)) importing.exact(key, 'is always so here');
  else importing.change(nobodyAsked, key.span, { key: entry.key });
}

function reportSockets(entry: YamlEntry, opens: boolean, importing: Importing): void {
  const key = located(entry.key, importing.keySpan(entry));
  if (opens) importing.change(unixSockets, key.span, { key: entry.key });
  else importing.exact(key, 'opens no unix socket');
}
