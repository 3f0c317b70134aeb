import type { MountView, ViewMount } from '../parts.ts';

/** The mounts as `mount-view/mounts.json` shows them to a person: in order, with what each one is for. */
export function describeMounts(view: MountView): unknown {
  return { root: 'an empty folder, read-only', mounts: view.mounts.map(describeMount) };
}

function describeMount(mount: ViewMount): unknown {
  switch (mount.kind) {
    case 'bind':
      return {
        path: mount.path,
        shows: "the host's own",
        writable: mount.writable,
        executable: mount.executable,
        ifMissing: mount.optional ? 'left out' : 'the launch stops',
        linksFollowedIn: mount.path.slice(0, mount.followTo),
      };
    case 'scratch':
      return {
        path: mount.path,
        shows: 'an empty folder in memory',
        writable: true,
        executable: mount.executable,
        sizeBytes: mount.sizeBytes,
      };
    case 'hidden':
      return {
        path: mount.path,
        shows: 'nothing',
        ifMissing: mount.optional ? 'left out' : 'the launch stops',
      };
    case 'proc':
      return { path: mount.path, shows: "the sandbox's own processes" };
  }
}
