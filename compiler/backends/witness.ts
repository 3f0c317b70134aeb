import type { Access } from '../ir/access.ts';
import type { FileRight } from '../ir/filesystem.ts';
import { RESOURCE_UNITS } from '../ir/resources.ts';

/** What a right lets one do to a path, to be followed by the path. */
const FILE_ACTIONS: Record<FileRight, string> = {
  execute: 'execute',
  write_file: 'write',
  read_file: 'read',
  read_dir: 'list',
  remove_dir: 'remove a folder in',
  remove_file: 'remove a file in',
  make_char: 'make a character device in',
  make_dir: 'make a folder in',
  make_reg: 'make a file in',
  make_sock: 'make a socket in',
  make_fifo: 'make a pipe in',
  make_block: 'make a block device in',
  make_sym: 'make a symbolic link in',
  refer: 'move a file to or from',
  truncate: 'truncate',
  ioctl_dev: 'control the device',
};

export function fileAction(right: FileRight, path: string): string {
  return `${FILE_ACTIONS[right]} \`${path}\``;
}

/** An access in a few words that continue "it can ...". */
export function describeAccess(access: Access): string {
  switch (access.facet) {
    case 'filesystem':
      return fileAction(access.right, access.path);
    case 'syscalls':
      return `call \`${access.name}(${access.args.map((value) => `0x${value.toString(16)}`).join(', ')})\``;
    case 'process':
      if ('reaches' in access) return 'reach a process outside of the sandbox, also by a unix socket';
      return 'uid' in access ? `act as user id ${access.uid}` : `read the variable \`${access.environment}\``;
    case 'egress': {
      const request =
        access.http === null ? 'connect to' : `send ${access.http.method} ${access.http.path} to`;
      return `${request} \`${access.host}:${access.port}\` from \`${access.binary}\``;
    }
    case 'inference':
      return `call model \`${access.model}\` of \`${access.route}\``;
    case 'resources': {
      const unit = RESOURCE_UNITS[access.resource];
      return `use ${access.amount}${unit === 'count' ? '' : ` ${unit}`} of \`${access.resource}\``;
    }
  }
}
