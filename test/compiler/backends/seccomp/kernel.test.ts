import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { compileFilter } from '../../../../compiler/backends/seccomp/compile-filter.ts';
import { programBytes } from '../../../../compiler/backends/seccomp/program.ts';
import { AGENT_PROFILE } from '../../../../compiler/domain/syscalls/agent-profile.ts';
import { parseArgumentValue } from '../../../../compiler/domain/syscalls/constants.ts';
import { ERRNO } from '../../../../compiler/domain/syscalls/errno.ts';
import type { SyscallRule } from '../../../../compiler/domain/syscalls/filter.ts';
import { syscallNumber } from '../../../../compiler/domain/syscalls/table.ts';
import { type BuiltProgram, compileC } from '../../../support/compile-c.ts';
import { type HostFeature, hostNeeds, program } from '../../../support/host.ts';

const ARCHITECTURE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const compiler = program('cc', 'gcc');
const onX86: HostFeature = {
  name: 'x86_64',
  hint: 'only there are these calls',
  present: () => process.arch === 'x64',
};

/** An error that no call here returns by itself: seeing it proves that the filter answered, not the kernel. */
const FROM_FILTER = ERRNO.EXFULL!;

describe('the kernel', () => {
  let loader: BuiltProgram | null = null;
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-seccomp-'));
  beforeAll(() => {
    if (compiler.present()) loader = compileC('seccomp-load.c');
  });
  afterAll(() => {
    loader?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function filterFile(rules: readonly SyscallRule[], defaultErrno: number): string {
    const path = join(folder, `filter-${defaultErrno}.bpf`);
    writeFileSync(path, programBytes(compileFilter({ defaultErrno, rules }, ARCHITECTURE)));
    return path;
  }

  /** What the kernel answers to calls made under the agent's profile, each in a process of its own. */
  async function answers(...lines: readonly string[]): Promise<readonly string[]> {
    const filter = filterFile(AGENT_PROFILE, FROM_FILTER);
    const { stdout } = await execa(loader!.path, [filter, 'calls'], { input: `${lines.join('\n')}\n` });
    return stdout.split('\n');
  }

  /** A line for the loader, with constants by name; missing arguments are 0. */
  function call(name: string, ...args: readonly string[]): string {
    const values = args.map((text) => BigInt.asIntN(64, text === '-1' ? -1n : parseArgumentValue(text)!));
    const padded = [...values, 0n, 0n, 0n, 0n, 0n, 0n].slice(0, 6);
    return [syscallNumber(name, ARCHITECTURE), ...padded].join(' ');
  }

  const REFUSED = [
    ['MPTCP, which Landlock does not see', call('socket', 'AF_INET', 'SOCK_STREAM', 'IPPROTO_MPTCP')],
    ['raw sockets', call('socket', 'AF_INET', 'SOCK_RAW', 'IPPROTO_TCP')],
    ['packet sockets', call('socket', 'AF_PACKET', 'SOCK_RAW')],
    ['machine sockets', call('socket', 'AF_VSOCK', 'SOCK_STREAM')],
    ['the audit channel', call('socket', 'AF_NETLINK', 'SOCK_RAW', 'NETLINK_AUDIT')],
    ['the crypto interface', call('socket', 'AF_ALG', 'SOCK_SEQPACKET')],
    ['fast open', call('sendto', '-1', '0', '0', 'MSG_FASTOPEN')],
    ['a family with other bits set above it', call('socket', '0x100000028', 'SOCK_STREAM')],
    ['typing into the terminal', call('ioctl', '-1', 'TIOCSTI')],
    ['typing into the terminal, dodging', call('ioctl', '-1', '0x100005412')],
    ['line disciplines', call('ioctl', '-1', 'TIOCSETD')],
    ['a user namespace', call('clone', 'CLONE_NEWUSER|17')],
    ['a network namespace', call('unshare', 'CLONE_NEWNET')],
    ['another namespace', call('setns', '-1')],
    ['letting others trace', call('prctl', 'PR_SET_PTRACER', '1')],
    ['moving the process’s own marks', call('prctl', 'PR_SET_MM')],
    ['tracing', call('ptrace', '0', '1')],
    ['reading another process', call('process_vm_readv', '1')],
    ['io_uring', call('io_uring_setup', '1')],
    ['BPF', call('bpf', '0')],
    ['keys', call('add_key')],
    ['mounting', call('mount')],
    ['the newer mounting', call('fsopen')],
    ['another root', call('chroot')],
    ['memory files that can be run', call('memfd_create', '0', 'MFD_CLOEXEC')],
    ['running a memory file', call('execveat', '-1', '0', '0', '0', 'AT_EMPTY_PATH')],
    ['block devices', call('mknodat', '-1', '0', 'S_IFBLK')],
    ['character devices, dodging', call('mknodat', '-1', '0', '0x10000|S_IFCHR')],
    ['opening by handle', call('open_by_handle_at', '-1')],
    [
      'a listener for filters',
      call('seccomp', 'SECCOMP_SET_MODE_FILTER', 'SECCOMP_FILTER_FLAG_NEW_LISTENER'),
    ],
    ['turning off address randomisation', call('personality', 'ADDR_NO_RANDOMIZE')],
    ['packet filters', call('setsockopt', '-1', 'SOL_IP', 'IPT_SO_SET_REPLACE')],
    ['programs in sockets', call('setsockopt', '-1', 'SOL_SOCKET', 'SO_ATTACH_BPF')],
  ] as const;

  it('refuses what the profile leaves out', async (context) => {
    hostNeeds(context, compiler);
    const told = await answers(...REFUSED.map(([, line]) => line));
    const answered = REFUSED.map(([what], at) => [what, told[at]]);
    expect(answered).toEqual(REFUSED.map(([what]) => [what, `error ${FROM_FILTER}`]));
  });

  it('allows what the profile allows, and answers by itself', async (context) => {
    hostNeeds(context, compiler);
    const { EBADF, EFAULT } = ERRNO;
    const allowed = [
      [call('ioctl', '-1', 'TIOCGWINSZ'), `error ${EBADF}`],
      [call('sendto', '-1', '0', '0', 'MSG_NOSIGNAL'), `error ${EBADF}`],
      [call('setsockopt', '-1', 'SOL_SOCKET', '2'), `error ${EBADF}`],
      [call('mknodat', '-1', '0', 'S_IFREG'), `error ${EFAULT}`],
      [call('prctl', 'PR_GET_NO_NEW_PRIVS'), 'returned 1'],
      [call('landlock_restrict_self', '-1'), expect.stringMatching(/^error (9|38|95)$/)],
      [
        call('socket', 'AF_INET', 'SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK'),
        expect.stringMatching(/^returned/),
      ],
      [call('socket', 'AF_UNIX', 'SOCK_DGRAM'), expect.stringMatching(/^returned/)],
      [call('socket', 'AF_NETLINK', 'SOCK_RAW', 'NETLINK_ROUTE'), expect.stringMatching(/^returned/)],
    ] as const;
    expect(await answers(...allowed.map(([line]) => line))).toEqual(allowed.map(([, answer]) => answer));
  });

  it('pretends to be older where programs then do without', async (context) => {
    hostNeeds(context, compiler);
    const told = await answers(call('clone3'), call('statmount'), '400 0 0 0 0 0 0', '600 0 0 0 0 0 0');
    expect(told).toEqual(Array.from(told, () => `error ${ERRNO.ENOSYS}`));
  });

  it('kills calls of x32 and of 32-bit programs', async (context) => {
    hostNeeds(context, compiler, onX86);
    // SIGSYS is 31.
    expect(await answers(`${0x4000_0000 + 39} 0 0 0 0 0 0`, 'int80 20')).toEqual(['signal 31', 'signal 31']);
  });

  it('sees a planted hole', async (context) => {
    hostNeeds(context, compiler);
    const hole = { name: 'ptrace', effect: { kind: 'allow' }, tests: [] } as const;
    const filter = filterFile([...AGENT_PROFILE, hole], FROM_FILTER + 1);
    const { stdout } = await execa(loader!.path, [filter, 'calls'], {
      input: `${call('ptrace', '9999', '1')}\n`,
    });
    expect(stdout).toMatch(/^error (1|3|5)$/);
  });

  describe('runs under the agent’s profile', () => {
    async function run(context: TestContext, needs: readonly HostFeature[], ...command: readonly string[]) {
      hostNeeds(context, compiler, ...needs);
      const home = mkdtempSync(join(folder, 'home-'));
      const argv = [filterFile(AGENT_PROFILE, 1), 'exec', ...command];
      return execa(loader!.path, argv, { cwd: home, env: { HOME: home }, reject: true });
    }

    it('node with a worker, a child and memory for code', { timeout: 60_000 }, async (context) => {
      const source = `
        const { Worker } = require('node:worker_threads');
        const { execFileSync } = require('node:child_process');
        const worker = new Worker("require('node:worker_threads').parentPort.postMessage(6 * 7)", { eval: true });
        worker.on('message', (answer) => console.log(answer, execFileSync('echo', ['child'], { encoding: 'utf8' })));`;
      const { stdout } = await run(context, [], process.execPath, '-e', source);
      expect(stdout.trim()).toBe('42 child');
    });

    it('python with a pool, a subprocess and asyncio', { timeout: 60_000 }, async (context) => {
      const source = [
        'import asyncio, multiprocessing, subprocess, threading',
        'async def child(): return await (await asyncio.create_subprocess_exec("true")).wait()',
        'if __name__ == "__main__":',
        '  with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, -2]))',
        '  print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())',
        '  print(asyncio.run(child()))',
      ];
      const { stdout } = await run(
        context,
        [program('python3', 'python3')],
        'python3',
        '-c',
        source.join('\n'),
      );
      expect(stdout.split('\n')).toEqual(['[1, 2]', 'child', '0']);
    });

    it('git', { timeout: 60_000 }, async (context) => {
      const script = `git init -q . && git config user.email a@example.com && git config user.name a &&
        echo text > file && git add file && git commit -qm first && git clone -q . copy && git -C copy log --format=%s`;
      const { stdout } = await run(context, [program('git', 'git')], 'bash', '-c', script);
      expect(stdout).toBe('first');
    });

    it('bash with pipes, jobs and process substitution', { timeout: 60_000 }, async (context) => {
      const script =
        'mkfifo p; (echo fifo > p) & cat p; wait; cat <(echo substituted) | tr s S; ulimit -n 64; umask 077';
      const { stdout } = await run(context, [], 'bash', '-c', script);
      expect(stdout).toBe('fifo\nSubStituted');
    });

    it('gcc and what it built', { timeout: 60_000 }, async (context) => {
      const script = `echo '#include <stdio.h>
        int main(void) { puts("built"); return 0; }' > a.c && gcc -O2 -pipe a.c -o a && ./a`;
      const { stdout } = await run(context, [program('gcc', 'gcc')], 'bash', '-c', script);
      expect(stdout).toBe('built');
    });

    it('npm', { timeout: 60_000 }, async (context) => {
      const script = `echo '{"name":"a","version":"1.0.0","scripts":{"go":"echo ran"}}' > package.json && npm run -s go`;
      const { stdout } = await run(context, [program('npm', 'npm')], 'bash', '-c', script);
      expect(stdout).toBe('ran');
    });

    it('curl against a server on loopback', { timeout: 60_000 }, async (context) => {
      hostNeeds(context, program('curl', 'curl'));
      const server = createServer((_, response) => response.end('served'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      try {
        const { port } = server.address() as AddressInfo;
        const { stdout } = await run(
          context,
          [],
          'curl',
          '-s',
          '--noproxy',
          '*',
          `http://localhost:${port}/`,
        );
        expect(stdout).toBe('served');
      } finally {
        server.close();
      }
    });
  });
});
