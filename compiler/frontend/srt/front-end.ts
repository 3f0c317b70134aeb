import { importTier } from '../../diagnostics/catalog/imported.ts';
import { located, type Span } from '../../source/span.ts';
import type { SyscallItem } from '../blueprint/blueprint.ts';
import { blueprintOf } from '../imported/draft.ts';
import type { Imported } from '../imported/imported.ts';
import { Importing } from '../imported/importing.ts';
import type { YamlTree } from '../yaml/tree.ts';
import { readClaudeSettings } from './claude.ts';
import { translateFiles } from './files.ts';
import { translateDomains } from './network.ts';
import { readSrtSettings } from './settings.ts';
import { nothingWanted } from './wanted.ts';

/** @param name of the blueprint */
export function importSettings(tree: YamlTree, kind: 'srt' | 'claude', name: string): Imported {
  const importing = new Importing(tree.source);
  const root = tree.root!;
  const place = importing.span({ start: root.start, end: root.start + 1 });
  const wanted = nothingWanted();
  if (kind === 'srt') readSrtSettings(root, wanted, importing);
  else readClaudeSettings(root, wanted, importing);
  const files = translateFiles(wanted, place, importing);
  const network = translateDomains(wanted.allowedDomains, wanted.deniedDomains, place, importing);
  if (files.tier !== null) importing.change(importTier, place, {});
  const blueprint = blueprintOf({
    name: located(name, place),
    place,
    ...files,
    network,
    deniedCalls: wanted.unixSockets ? [] : [noUnixSockets(place)],
  });
  return { blueprint, changes: importing.settled(), errors: importing.errors };
}

/** What sandbox-runtime's own filter refuses on Linux (README, "Unix Socket Settings"). Pairs of sockets still work. */
function noUnixSockets(span: Span): SyscallItem {
  const family = {
    argument: located(0, span),
    comparison: 'equals' as const,
    mask: null,
    value: located('AF_UNIX', span),
    span,
  };
  return { mode: 'deny', name: located('socket', span), when: [family], errno: null, grant: null };
}
