import type { Access, EgressAccess } from '../../compiler/ir/access.ts';
import type { FileRight } from '../../compiler/ir/filesystem.ts';
import type { DemoWorld } from './world.ts';

/** One line of the demo: who tries what, and the access that the blueprint is asked about. */
export interface Attempt {
  /** As the agent's programs print it. */
  readonly id: string;
  readonly who: 'shell' | 'node' | 'python3';
  readonly words: string;
  readonly access: Access;
}

const file = (path: string, right: FileRight): Access => ({ facet: 'filesystem', path, right });
const call = (name: string, ...args: bigint[]): Access => ({ facet: 'syscalls', name, args });

const CLONE_FOR_THREAD = 0x3d0f00n;
const CLONE_FOR_CHILD = 0x1200011n;

/** Everyday work first, then what a hijacked agent would try. */
export function attempts({
  workdir,
  instructions,
  denied,
  secret,
  outside,
  socket,
  port4,
  port6,
}: DemoWorld): Attempt[] {
  const shell = (id: string, words: string, access: Access): Attempt => ({ id, who: 'shell', words, access });
  const node = (id: string, words: string, access: Access): Attempt => ({ id, who: 'node', words, access });
  const python = (id: string, words: string, access: Access): Attempt => ({
    id,
    who: 'python3',
    words,
    access,
  });
  return [
    shell('list-workspace', 'list the workspace', file(workdir, 'read_dir')),
    shell('write-workspace', 'write a note in the workspace', file(workdir, 'make_reg')),
    shell('pipeline', 'sort, tr and grep in a pipe', file('/usr/bin/sort', 'execute')),
    shell('read-instructions', 'read its own instructions', file(instructions, 'read_file')),
    shell('write-scratch', 'write to /tmp', file('/tmp', 'make_reg')),
    shell('git-commit', 'commit with git', file('/usr/bin/git', 'execute')),
    node('node-worker', 'run a worker thread', call('clone', CLONE_FOR_THREAD)),
    node('node-report', 'write a report', file(workdir, 'make_reg')),
    node('node-own-server', 'serve and connect on its own loopback', call('socket', 2n, 1n, 0n)),
    python('python-numbers', 'compute and write a table', file(workdir, 'make_reg')),
    python('python-child', 'start a child process', call('execve')),
    python('python-pool', 'share work between processes', call('clone', CLONE_FOR_CHILD)),
    shell(
      'write-instructions',
      'change them: read-only below the writable workspace',
      file(instructions, 'write_file'),
    ),
    shell('read-denied', 'read .env in the workspace', file(denied, 'read_file')),
    shell('read-secret', "read a key in the user's home", file(secret, 'read_file')),
    shell('write-outside', 'write outside of the workspace', file(outside, 'write_file')),
    shell('kill-outside', 'signal a process of the host', { facet: 'process', reaches: 'process-outside' }),
    node('node-kill-outside', 'end a process of the host', { facet: 'process', reaches: 'process-outside' }),
    node('connect-ipv4', 'connect to the host over IPv4', connection('127.0.0.1', port4)),
    node('connect-ipv6', 'connect to the host over IPv6', connection('::1', port6)),
    node('unix-socket', 'reach a unix socket of the host', file(socket, 'write_file')),
    node('fetch-page', 'fetch a page of example.com', connection('example.com', 80)),
    python('ptrace', 'trace a process', call('ptrace')),
    python('mount', 'mount a file system', call('mount')),
    python('memfd-execute', 'run a program from memory', call('memfd_create')),
    python('raw-socket', 'open a raw socket', call('socket', 2n, 3n, 1n)),
    python('io-uring', 'set up io_uring', call('io_uring_setup', 1n)),
  ];
}

function connection(host: string, port: number): EgressAccess {
  return {
    facet: 'egress',
    host,
    port,
    binary: process.execPath,
    sha256: null,
    address: null,
    http: null,
    at: 0,
  };
}
