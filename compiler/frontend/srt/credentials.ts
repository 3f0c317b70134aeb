import {
  credentialHidden,
  importNoPlace,
  importWrongType,
  variablePasses,
} from '../../diagnostics/catalog/imported.ts';
import type { Located } from '../../source/span.ts';
import { type Importing, type KeyTable, short } from '../imported/importing.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import type { Wanted } from './wanted.ts';

/** Variables that the tier `restricted` passes on or sets; a test compares them with the tier. */
export const PASSED_ON =
  /^(?:PATH|HOME|TMPDIR|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*|TZ|TERM|COLORTERM|NO_COLOR|COLUMNS|LINES)$/;

/** How a masked credential is found and where it is put back; nothing here does either. */
const MASKING = ['extract', 'onExtractNoMatch', 'decode', 'maskClaims', 'maskDuplicates', 'injectHosts'];
const MACHINERY = ['allowPlaintextInject', 'awsPairs', 'sigv4'];

/**
 * `credentials` (CredentialsConfigSchema of sandbox-runtime's src/sandbox/sandbox-config.ts): files are denied for reading,
 * variables are not passed on. A masked one is hidden whole, since nothing here stands in for it.
 */
export function readCredentials(entry: YamlEntry, wanted: Wanted, importing: Importing): void {
  const ignored = (inner: YamlEntry) => {
    const why = 'the import binds no credentials to hosts';
    importing.change(importNoPlace, importing.keySpan(inner), { key: inner.key, why });
  };
  const each = (read: (node: YamlNode) => void) => (inner: YamlEntry) => {
    if (inner.value.kind === 'sequence') for (const node of inner.value.items) read(node);
    else {
      const span = importing.span(inner.value);
      importing.refuse(importWrongType, span, { label: inner.key, expected: 'a list' });
    }
  };
  const table: KeyTable = new Map([
    ['files', each((node) => readFile(node, wanted, importing))],
    ['envVars', each((node) => readVariable(node, importing))],
    ...MACHINERY.map((key) => [key, ignored] as const),
  ]);
  importing.keys(entry.value, entry.key, table);
}

function readFile(node: YamlNode, wanted: Wanted, importing: Importing): void {
  const { path, mode } = readSource(node, 'path', importing);
  if (path === null) return;
  wanted.denyRead.push(path);
  if (mode === 'mask') importing.change(credentialHidden, path.span, { path: short(path.value) });
}

function readVariable(node: YamlNode, importing: Importing): void {
  const { path: name } = readSource(node, 'name', importing);
  if (name === null) return;
  if (PASSED_ON.test(name.value)) {
    importing.change(variablePasses, name.span, { name: short(name.value) });
  } else importing.exact(name, 'is not passed on');
}

function readSource(node: YamlNode, label: 'path' | 'name', importing: Importing) {
  const found: { path: Located<string> | null; mode: string } = { path: null, mode: '' };
  const table: KeyTable = new Map([
    ...MASKING.map((key) => [key, () => undefined] as const),
    [
      label,
      ({ value }: YamlEntry) => {
        found.path = importing.text(value, label);
      },
    ],
    [
      'mode',
      ({ value }: YamlEntry) => {
        found.mode = modeOf(value, importing);
      },
    ],
  ]);
  importing.keys(node, 'credentials', table);
  return found;
}

function modeOf(node: YamlNode, importing: Importing): string {
  if (node.kind === 'scalar' && (node.value === 'deny' || node.value === 'mask')) return node.value;
  importing.refuse(importWrongType, importing.span(node), { label: 'mode', expected: '`deny` or `mask`' });
  return '';
}
