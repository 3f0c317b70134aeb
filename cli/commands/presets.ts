import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import type { PresetsArguments } from '../arguments/presets.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson } from '../findings.ts';
import type { Io } from '../io.ts';

interface Shipped {
  readonly kind: 'preset' | 'tier';
  readonly name: string;
}

export function presets({ action, name, format }: PresetsArguments, io: Io): ExitCode {
  const all = (['tier', 'preset'] as const).flatMap((kind) =>
    io.reader.listShipped(kind).map((each): Shipped => ({ kind, name: each })),
  );
  if (action === 'list') return list(all, format, io);
  const wanted = all.find((shipped) => shipped.name === name);
  if (wanted === undefined) return unknown(name, all, io);
  const text = new TextDecoder().decode(bytesOf(wanted, io));
  if (format === 'json') printJson('presets', { ...describe(wanted, io), text }, io);
  else io.stdout.write(text);
  return EXIT.ok;
}

function list(all: readonly Shipped[], format: PresetsArguments['format'], io: Io): ExitCode {
  const described = all.map((shipped) => describe(shipped, io));
  if (format === 'json') printJson('presets', { presets: described }, io);
  else {
    const nameWidth = Math.max(...described.map(({ name }) => name.length));
    const levelWidth = Math.max(...described.map(({ access }) => access.join(', ').length));
    for (const { kind, name, access, description } of described) {
      const levels = access.join(', ').padEnd(levelWidth);
      io.stdout.write(`${kind.padEnd(6)}  ${name.padEnd(nameWidth)}  ${levels}  ${description}\n`);
    }
  }
  return EXIT.ok;
}

function describe(shipped: Shipped, io: Io) {
  const parsed = parseSource(`${shipped.kind}:${shipped.name}`, bytesOf(shipped, io));
  if (parsed.kind !== 'part') throw new Error(`the shipped ${shipped.kind} ${shipped.name} is not valid`);
  const { accessLevels, description } = parsed.part.header;
  return { ...shipped, access: accessLevels, description };
}

function bytesOf({ kind, name }: Shipped, { reader }: Io): Uint8Array {
  const outcome = reader.readShipped(kind, name);
  if (!outcome.ok) throw new Error(`the shipped ${kind} ${name} cannot be read: ${outcome.detail}`);
  return outcome.bytes;
}

function unknown(name: string, all: readonly Shipped[], io: Io): ExitCode {
  const nearest = nearestWord(
    name,
    all.map((shipped) => shipped.name),
  );
  io.stderr.write(
    `nemoclaw: there is no preset or tier ${visible(name)}; ` +
      `${nearest === null ? '' : `did you mean ${nearest}? `}\`nemoclaw presets list\` shows all.\n`,
  );
  return EXIT.usage;
}
