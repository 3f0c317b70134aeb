import { arch, release, type } from 'node:os';
import { VERSION } from '../../compiler/version.ts';
import type { VersionArguments } from '../arguments/version.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson } from '../findings.ts';
import type { Io } from '../io.ts';

export function version({ format }: VersionArguments, io: Io): ExitCode {
  const facts = {
    nemoclaw: VERSION,
    node: process.versions.node,
    system: `${type()} ${release()}`,
    processor: arch(),
  };
  if (format === 'json') printJson('version', facts, io);
  else {
    io.stdout.write(`nemoclaw ${facts.nemoclaw}\nnode ${facts.node}\n${facts.system}, ${facts.processor}\n`);
  }
  return EXIT.ok;
}
