/** The flags of `restic backup` that a policy may add: none runs a command, reads a password or changes the repository. */
export const allowedBackupArguments = [
  '--compression',
  '--exclude-caches',
  '--exclude-if-present',
  '--exclude-larger-than',
  '--iexclude',
  '--ignore-ctime',
  '--ignore-inode',
  '--limit-download',
  '--limit-upload',
  '--no-scan',
  '--one-file-system',
  '--pack-size',
  '--read-concurrency',
  '--tag',
  '--with-atime',
] as const
