import { defaultWrites } from '../../diagnostics/catalog/imported.ts';
import type { Importing, KeyTable } from '../imported/importing.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import { readCredentials } from './credentials.ts';
import { filesystemTable, networkTable, readers } from './sections.ts';
import type { Wanted } from './wanted.ts';

/** Settings that say how sandbox-runtime itself is put together. */
const MACHINERY = [
  'ripgrep',
  'mandatoryDenySearchDepth',
  'seccomp',
  'bwrapPath',
  'socatPath',
  'binShell',
  'javaAgentJarPath',
  'git',
];
const MAC = ['enableWeakerNetworkIsolation', 'allowAppleEvents', 'allowPty'];

/**
 * Settings of Anthropic's sandbox-runtime (`~/.srt-settings.json`). Keys and meaning: SandboxRuntimeConfigSchema in
 * src/sandbox/sandbox-config.ts of github.com/anthropic-experimental/sandbox-runtime, and its README. Where platforms
 * differ, the meaning on Linux is taken.
 */
export function readSrtSettings(root: YamlNode, wanted: Wanted, importing: Importing): void {
  const { without, stricter } = readers(importing);
  const section = (table: KeyTable) => (entry: YamlEntry) => importing.keys(entry.value, entry.key, table);
  const table: KeyTable = new Map([
    ['$schema', () => undefined],
    ['network', section(networkTable(wanted, importing))],
    ['filesystem', section(filesystemTable(wanted, importing))],
    ['credentials', (entry: YamlEntry) => readCredentials(entry, wanted, importing)],
    ['ignoreViolations', without('it only hides what was refused')],
    ['enableWeakerNestedSandbox', stricter('the sandbox is not weakened inside of a container')],
    ['windows', without('it is about Windows')],
    ...MAC.map((key) => [key, without('it is about macOS')] as const),
    ...MACHINERY.map((key) => [key, without('it is about how sandbox-runtime works')] as const),
  ]);
  importing.keys(root, null, table);
  importing.change(defaultWrites, importing.span({ start: root.start, end: root.start + 1 }), {});
}
