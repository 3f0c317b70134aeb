import type { YamlNode } from '../yaml/tree.ts';
import type { FilesystemSection, PathItem, PathMode } from './blueprint.ts';
import { readGrant } from './grant.ts';
import type { Fields, Reading } from './reading.ts';

const MODES: readonly PathMode[] = ['read_only', 'read_write', 'scratch', 'deny'];

export function readFilesystem(reading: Reading, node: YamlNode): FilesystemSection {
  return reading.fields(node, (fields) => ({
    span: fields.span,
    includeWorkdir: fields.optional('include_workdir', (flag) => reading.flag(flag)),
    paths: readPaths(reading, fields),
  }));
}

function readPaths(reading: Reading, fields: Fields): readonly PathItem[] {
  const paths: PathItem[] = [];
  for (const mode of MODES) paths.push(...fields.list(mode, (item) => readPath(reading, item, mode)));
  return paths;
}

function readPath(reading: Reading, node: YamlNode, mode: PathMode): PathItem {
  if (node.kind !== 'mapping') {
    return { mode, path: reading.text(node), optional: null, execute: null, grant: null };
  }
  const flag = (value: YamlNode) => reading.flag(value);
  return reading.fields(node, (fields) => ({
    mode,
    path: fields.requiredText('path'),
    optional: fields.optional('optional', flag),
    execute: mode === 'deny' ? null : fields.optional('execute', flag),
    grant: readGrant(reading, fields),
  }));
}
