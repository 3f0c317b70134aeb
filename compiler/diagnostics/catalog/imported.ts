export * from './imported/claude.ts';
export * from './imported/files.ts';
export * from './imported/harden-runner.ts';
export * from './imported/network.ts';
export * from './imported/reading.ts';
