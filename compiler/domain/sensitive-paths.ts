import { type AbsolutePath, isBeneath } from './path.ts';

/**
 * Places whose content a host or its services act on with more rights than the agent has: configuration, jobs
 * (crontab(5), systemd.unit(5)) and sockets that start containers as root (dockerd(8)).
 */
const SYSTEM_PLACES: readonly string[] = [
  '/etc',
  '/boot',
  '/root',
  '/var/spool/cron',
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/containerd/containerd.sock',
  '/usr/lib/systemd',
  '/lib/systemd',
];

/**
 * Names in a folder of a person that hold credentials, or that a shell or a session runs when it starts: FILES of
 * ssh(1), gpg(1), bash(1), zsh(1), fish(1), git-config(1), netrc(5), npmrc(5), and the documentation of the AWS, Azure,
 * Google Cloud, Kubernetes and Docker command lines.
 */
const PERSONAL_NAMES: readonly string[] = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.config/gcloud',
  '.kube',
  '.docker',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.gitconfig',
  '.config/git',
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.config/fish',
  '.config/autostart',
  '.config/systemd',
  // In any repository: what git runs, and what direnv does.
  '.git/hooks',
  '.git/config',
  '.envrc',
];

/** Folders of persons: root's, and those that lie in `/home`. */
const HOME = /^\/(?:root|home\/[^/]+)$/;
const SOMEBODY = '/home/user';

/**
 * Places of credentials, start files and system configuration that are the path itself, lie above it or below it. Those
 * below are examples of what can be reached through the path, and it is the caller's to see whether they are excepted.
 */
export function sensitivePathsAround(path: AbsolutePath): AbsolutePath[] {
  const padded = `${path}/`;
  const found = PERSONAL_NAMES.some((name) => padded.includes(`/${name}/`)) ? [path] : [];
  for (const text of SYSTEM_PLACES) {
    const place = text as AbsolutePath;
    if (isBeneath(path, place)) found.push(path);
    else if (isBeneath(place, path)) found.push(place);
  }
  const home = HOME.test(path) ? path : isBeneath(SOMEBODY as AbsolutePath, path) ? SOMEBODY : null;
  if (home !== null) found.push(...PERSONAL_NAMES.map((name) => `${home}/${name}` as AbsolutePath));
  return [...new Set(found)];
}
