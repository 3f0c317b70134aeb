import {
  defaultWrites,
  importNoPlace,
  importStricterSetting,
  importUnknownKey,
  importWrongType,
  sandboxOff,
  settingsFolder,
} from '../../diagnostics/catalog/imported.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import { located } from '../../source/span.ts';
import { type Importing, type KeyTable, short } from '../imported/importing.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import { takeClaudePaths } from './claude-paths.ts';
import { readRules } from './claude-rules.ts';
import { readCredentials } from './credentials.ts';
import { filesystemTable, networkTable, readers } from './sections.ts';
import { nothingWanted, type Wanted } from './wanted.ts';

const SECTIONS = ['sandbox', 'permissions'];
const MODES = [
  'defaultMode',
  'disableBypassPermissionsMode',
  'disableAutoMode',
  'denyInsteadOfPrompting',
  'blockWritesOutsideWorkingDirectories',
  'blockReadsOutsideWorkingDirectories',
];
const MACHINERY = ['ripgrep', 'seccomp', 'bwrapPath', 'socatPath', 'failIfUnavailable'];
const MAC = ['enableWeakerNetworkIsolation', 'allowAppleEvents', 'allowPty'];

/**
 * The `sandbox` and `permissions` sections of Claude Code's settings.json, whose sandbox is sandbox-runtime. Keys and
 * meaning: the settings, permissions and sandboxing pages of code.claude.com/docs. The working folder is writable there
 * without a word; `Read` and `Edit` rules and `WebFetch(domain:...)` add to the lists of the sandbox.
 */
export function readClaudeSettings(root: YamlNode, wanted: Wanted, importing: Importing): void {
  if (root.kind !== 'mapping') return;
  const start = importing.span({ start: root.start, end: root.start + 1 });
  let isOn = false;
  wanted.allowWrite.push(located('.', start));
  for (const entry of root.entries) {
    if (entry.key === 'sandbox') isOn = readSandbox(entry, wanted, importing);
    else if (entry.key === 'permissions') readPermissions(entry, wanted, importing);
    else passOver(entry, importing);
  }
  if (!isOn) importing.change(sandboxOff, start, {});
  importing.change(defaultWrites, start, {});
  importing.change(settingsFolder, start, {});
}

/** Most settings of Claude Code have nothing to do with its sandbox; one that is nearly a section is a mistake. */
function passOver(entry: YamlEntry, importing: Importing): void {
  const key = short(entry.key);
  const nearest = nearestWord(entry.key, SECTIONS);
  if (nearest !== null)
    importing.refuse(importUnknownKey, importing.keySpan(entry), { key, inside: null, nearest });
  else if (entry.key !== '$schema') {
    const why = 'it is not about files or hosts';
    importing.change(importNoPlace, importing.keySpan(entry), { key, why });
  }
}

function readSandbox(entry: YamlEntry, wanted: Wanted, importing: Importing): boolean {
  const { without, stricter, texts } = readers(importing);
  const own = nothingWanted();
  let isOn = false;
  const section = (table: KeyTable) => (inner: YamlEntry) => importing.keys(inner.value, inner.key, table);
  const table: KeyTable = new Map([
    [
      'enabled',
      (inner: YamlEntry) => {
        isOn = importing.flag(inner);
      },
    ],
    ['network', section(networkTable(wanted, importing))],
    ['filesystem', section(filesystemTable(own, importing))],
    ['credentials', (inner: YamlEntry) => readCredentials(inner, wanted, importing)],
    ['excludedCommands', (inner: YamlEntry) => reportOutside(inner, texts(inner).length > 0, importing)],
    ['allowUnsandboxedCommands', stricter('no command runs outside of the sandbox')],
    ['autoAllowBashIfSandboxed', without('nobody is asked before a command runs')],
    ['enableWeakerNestedSandbox', stricter('the sandbox is not weakened inside of a container')],
    ['ignoreViolations', without('it only hides what was refused')],
    ...MAC.map((key) => [key, without('it is about macOS')] as const),
    ...MACHINERY.map((key) => [key, without('it is about how the sandbox of Claude Code works')] as const),
  ]);
  importing.keys(entry.value, entry.key, table);
  takeClaudePaths(own, wanted, importing);
  return isOn;
}

function reportOutside(entry: YamlEntry, opens: boolean, importing: Importing): void {
  const why = 'no command runs outside of the sandbox';
  if (opens) importing.change(importStricterSetting, importing.keySpan(entry), { key: entry.key, why });
}

function readPermissions(entry: YamlEntry, wanted: Wanted, importing: Importing): void {
  const { without, texts } = readers(importing);
  const table: KeyTable = new Map([
    ['allow', (inner: YamlEntry) => readRules(texts(inner), 'allow', wanted, importing)],
    ['ask', (inner: YamlEntry) => readRules(texts(inner), 'ask', wanted, importing)],
    ['deny', (inner: YamlEntry) => readRules(texts(inner), 'deny', wanted, importing)],
    ['additionalDirectories', (inner: YamlEntry) => wanted.allowWrite.push(...texts(inner))],
    ...MODES.map((key) => [key, without('it is about how Claude Code asks')] as const),
  ] as [string, (inner: YamlEntry) => void][]);
  if (entry.value.kind === 'mapping') importing.keys(entry.value, entry.key, table);
  else
    importing.refuse(importWrongType, importing.span(entry.value), {
      label: entry.key,
      expected: 'a mapping',
    });
}
