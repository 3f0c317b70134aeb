#!/usr/bin/env node
// Builds the launcher, the doorkeeper and the probe from source:
// node scripts/build-launcher.js [--arch x86_64|aarch64] [--out FOLDER] [--program launcher|doorkeeper|probe]
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * Each program is one C file: the one that confines, the one that keeps the door, and the one that `verify` tries things
 * with. The doorkeeper runs outside the sandbox and may use a libc.
 */
const PROGRAMS = { launcher: 'bare', doorkeeper: 'libc', probe: 'bare' };

const architectures = {
  x64: 'x86_64',
  arm64: 'aarch64',
};

const commonFlags = [
  '-std=gnu11',
  '-Os',
  '-Wall',
  '-Wextra',
  '-static',
  // The same source gives the same bytes, wherever it lies.
  '-fno-ident',
  '-ffile-prefix-map=.=.',
  '-Wl,--build-id=none',
  '-Wl,-z,noexecstack',
  '-Wl,--gc-sections',
  '-ffunction-sections',
  '-s',
];

/** No libc and nothing that would need one. */
const bareFlags = [
  '-nostdlib',
  '-nostartfiles',
  '-ffreestanding',
  '-fno-builtin',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
  '-fno-pie',
  '-Wl,-z,noseparate-code',
  '-Wl,-z,norelro',
];

/**
 * What compilers may call in any program, even one without a libc (GCC manual, "Language Standards Supported by GCC").
 * Left out of the binary where nothing calls it.
 */
const COMPILER_SUPPORT = `
void *memset(void *to, int value, unsigned long length) {
  for (volatile char *next = to; length--; next++) *next = value;
  return to;
}
void *memcpy(void *to, const void *from, unsigned long length) {
  volatile char *next = to;
  for (const char *byte = from; length--; byte++) *next++ = *byte;
  return to;
}
`;

/** Compilers to try, in order. CC from the environment is one program name, not a command line. */
function compilersFor(architecture) {
  if (process.env.CC) return [process.env.CC];
  const native = architectures[process.arch] === architecture;
  return native ? ['cc', 'gcc', 'clang'] : [`${architecture}-linux-gnu-gcc`];
}

function findCompiler(architecture) {
  const candidates = compilersFor(architecture);
  const found = candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  if (found) return found;
  const packages = candidates.length > 1 ? 'gcc' : `gcc-${architecture.replace('_', '-')}-linux-gnu`;
  fail(`no C compiler for ${architecture} found (looked for ${candidates.join(', ')})`, [
    `install one, for example: apt-get install ${packages}`,
    'or name one that is installed: CC=/path/to/compiler node scripts/build-launcher.js',
  ]);
}

/**
 * Compiles runtime/PROGRAM/PROGRAM.c into `folder`/nemoclaw-PROGRAM-`architecture` and gives that path. The file
 * appears whole or not at all.
 */
function build(program, architecture, folder) {
  const compiler = findCompiler(architecture);
  const sourceFolder = join(project, 'runtime', program);
  mkdirSync(folder, { recursive: true });
  const target = join(folder, `nemoclaw-${program}-${architecture}`);
  const unfinished = `${target}.${process.pid}`;
  const output = relative(sourceFolder, unfinished);
  const isBare = PROGRAMS[program] === 'bare';
  const flags = isBare ? [...commonFlags, ...bareFlags] : commonFlags;
  const result = spawnSync(compiler, [...flags, '-o', output, `${program}.c`, '-x', 'c', '-'], {
    cwd: sourceFolder,
    encoding: 'utf8',
    input: isBare ? COMPILER_SUPPORT : '',
  });
  if (result.status !== 0) {
    rmSync(unfinished, { force: true });
    fail(`${compiler} could not compile runtime/${program}/${program}.c`, [
      result.stderr.trim() || String(result.error),
    ]);
  }
  if (result.stderr) process.stderr.write(result.stderr);
  renameSync(unfinished, target);
  return target;
}

function fail(what, nextSteps) {
  process.stderr.write(`error: ${what}\n${nextSteps.map((step) => `  ${step}\n`).join('')}`);
  process.exit(1);
}

function readArguments(argv) {
  const options = { arch: architectures[process.arch], out: join(project, 'dist/launcher'), program: null };
  for (let i = 0; i < argv.length; i += 2) {
    const name = argv[i].slice(2);
    const value = argv[i + 1];
    if (!argv[i].startsWith('--') || !(name in options) || value === undefined) {
      fail(`unknown argument ${argv[i]}`, [
        'usage: build-launcher.js [--arch x86_64|aarch64] [--out FOLDER] [--program launcher|doorkeeper|probe]',
      ]);
    }
    options[name] = value;
  }
  if (!Object.values(architectures).includes(options.arch)) {
    fail(`the launcher runs on x86_64 and aarch64, not on ${options.arch ?? process.arch}`, [
      'name one of them: --arch x86_64',
    ]);
  }
  if (options.program !== null && !Object.hasOwn(PROGRAMS, options.program)) {
    fail(`there is no program ${options.program}`, [
      `name one of these: ${Object.keys(PROGRAMS).join(', ')}`,
    ]);
  }
  return options;
}

const { arch, out, program: only } = readArguments(process.argv.slice(2));
for (const program of Object.keys(PROGRAMS).filter((name) => only === null || name === only)) {
  process.stdout.write(`${relative(process.cwd(), build(program, arch, resolve(out)))}\n`);
}
